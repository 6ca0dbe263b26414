"""Everything that can be set about an instance: environment variables, each with its meaning.

`truyvet config` prints this table. A value that cannot be meant is refused in one sentence that
names the variable and never repeats what it holds.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from webapp.card_fields import BHYT_ORDER
from webapp.faults import Explained
from webapp.language import N_, _

CHECKOUT = Path(__file__).resolve().parents[1]
NEO4J_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
SHORTEST_KEY = 32
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
SAMPLE_KEYS = ("change", "sample", "example", "secret", "password", "default", "insecure")


class SettingsFault(Explained):
    """A variable holds what it cannot mean; the text is one sentence that names it."""


def _folder(path: Path) -> Path:
    path = path.expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(N_("is a file; it must be a folder"))
    return path


def _neo4j_uri(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in NEO4J_SCHEMES:
        raise ValueError(
            N_("must start with bolt:// or neo4j://, or one of these with +s or +ssc for TLS")
        )
    if not address.hostname:
        raise ValueError(N_("names no server"))
    if address.username or address.password:
        raise ValueError(
            N_("must not hold a name or password: set NEO4J_USER and NEO4J_PASSWORD_FILE")
        )
    return text


def _web_address(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in ("http", "https") or not address.hostname or address.query:
        raise ValueError(N_("must be an address such as https://truyvet.example"))
    return text.rstrip("/")


def _gateway(text: str) -> str:
    address = urlsplit(text)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(N_("must be an address such as https://sms.example/send"))
    if address.username or address.password:
        raise ValueError(N_("must not hold a name or password: set TRUYVET_SMS_TOKEN_FILE"))
    if address.scheme == "http" and address.hostname not in LOOPBACK_HOSTS:
        raise ValueError(N_("must begin with https:// unless it is on this machine"))
    return text


def _two_names(text: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,64},[\w.-]{1,64}", text):
        raise ValueError(N_("must be two names such as to,text"))
    return text


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[\w.-]+", text):
        raise ValueError(N_("must be an e-mail address"))
    return text


def _host_name(text: str) -> str:
    if not re.fullmatch(r"[\w.:-]{1,253}", text):
        raise ValueError(N_("must be the name of a host"))
    return text


def scheduler_address(text: str) -> str:
    """Return the address of a Dask scheduler as it was given.

    Raises:
        ValueError: it is none; the text is the reason, not translated.
    """
    try:
        address = urlsplit(text)
        is_one = address.scheme in ("tcp", "tls") and bool(address.hostname and address.port)
    except ValueError:
        is_one = False
    if not is_one or address.username or address.path or address.query:
        raise ValueError(N_("must be an address such as tcp://127.0.0.1:8786, or tls:// for TLS"))
    return text


def _memory(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d*[mgMG]", text):
        raise ValueError(N_("must be a size such as 512m or 2g"))
    return text.lower()


def _strong(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if len(text) < SHORTEST_KEY or len(set(text)) < SHORTEST_KEY // 4:
        raise ValueError(
            N_("is too short or too simple: unset it, and a random key is made and kept")
        )
    if any(word in text.lower() for word in SAMPLE_KEYS):
        raise ValueError(N_("looks like a sample: unset it, and a random key is made and kept"))
    return key


def _bhyt_fields(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    told = [name for name in names if name != "-"]
    if set(told) - set(BHYT_ORDER) or len(set(told)) < len(told):
        raise ValueError(
            N_("must be some of number, full_name, birth, sex, address, or - for a field not read")
        )
    if not {"number", "full_name"} <= set(told):
        raise ValueError(N_("must name the fields number and full_name"))
    return ",".join(names)


def _off(debug: bool) -> bool:
    if debug:
        raise ValueError(N_("must be off: pages of the debugger would show people's records"))
    return debug


Port = Annotated[int, Field(ge=1, le=65535)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Memory = Annotated[str, AfterValidator(_memory)]
HostName = Annotated[str, AfterValidator(_host_name)]


class Settings(BaseSettings):
    """The settings of one instance, read from the variable that each field names.

    In code a value is given by its variable too, as in `Settings(TRUYVET_HOME=folder)`.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    home: Annotated[Path, AfterValidator(_folder)] = Field(
        CHECKOUT / "instance",
        alias="TRUYVET_HOME",
        description=N_("the instance folder: store, secrets, files of refused rows"),
    )
    neo4j_uri: Annotated[str, AfterValidator(_neo4j_uri)] | None = Field(
        None,
        alias="NEO4J_URI",
        description=N_("a Neo4j server of your own; without it truyvet runs one itself"),
    )
    neo4j_user: str = Field(
        "neo4j", alias="NEO4J_USER", description=N_("the account on that server")
    )
    neo4j_password: SecretStr | None = Field(
        None, alias="NEO4J_PASSWORD", description=N_("its password")
    )
    neo4j_password_file: Path | None = Field(
        None,
        alias="NEO4J_PASSWORD_FILE",
        description=N_("a file with its password, instead of NEO4J_PASSWORD"),
    )
    neo4j_database: str = Field(
        "neo4j", alias="NEO4J_DATABASE", description=N_("the database on that server")
    )
    neo4j_port: Port | None = Field(
        None,
        alias="TRUYVET_NEO4J_PORT",
        description=N_("the loopback port of the server that truyvet runs, else a free one"),
    )
    neo4j_heap: Memory = Field(
        "1g", alias="TRUYVET_NEO4J_HEAP", description=N_("the most heap memory of that server")
    )
    neo4j_pagecache: Memory = Field(
        "256m",
        alias="TRUYVET_NEO4J_PAGECACHE",
        description=N_("the memory that caches its store; best as large as the store"),
    )
    host: str = Field(
        "127.0.0.1",
        alias="TRUYVET_HOST",
        description=N_("the address that the web app listens on; 127.0.0.1 is this machine only"),
    )
    port: Port = Field(
        8080, alias="TRUYVET_PORT", description=N_("the port that the web app listens on")
    )
    threads: Annotated[int, Field(ge=1, le=256)] = Field(
        16, alias="TRUYVET_THREADS", description=N_("requests answered at the same time")
    )
    public_url: WebAddress | None = Field(
        None,
        alias="TRUYVET_PUBLIC_URL",
        description=N_(
            "the address that visitors use, printed in QR codes; https makes cookies secure"
        ),
    )
    secret_key: Annotated[SecretStr, AfterValidator(_strong)] | None = Field(
        None,
        alias="TRUYVET_SECRET_KEY",
        description=N_("signs sessions, else a random key kept in secrets/secret-key"),
    )
    language: Literal["vi", "en"] = Field(
        "vi",
        alias="TRUYVET_LANGUAGE",
        description=N_("the language of pages until a visitor chooses, and of this command"),
    )
    trace_budget: Annotated[int, Field(ge=1)] = Field(
        5_000_000,
        alias="TRUYVET_TRACE_BUDGET",
        description=N_("the most visits that one hop of a trace may be estimated to read"),
    )
    projection: Literal["on", "off"] = Field(
        "on",
        alias="TRUYVET_PROJECTION",
        description=N_("keep visits in memory too, for deep traces: about 30 bytes a visit"),
    )
    cluster: Annotated[str, AfterValidator(scheduler_address)] | None = Field(
        None,
        alias="TRUYVET_CLUSTER",
        description=N_(
            "the scheduler of a Dask cluster whose workers share the deep traces of serve"
        ),
    )
    bhyt_fields: Annotated[str, AfterValidator(_bhyt_fields)] = Field(
        ",".join(BHYT_ORDER),
        alias="TRUYVET_BHYT_FIELDS",
        description=N_("the fields in the code of a health insurance card, in their order"),
    )
    sms_url: Annotated[str, AfterValidator(_gateway)] | None = Field(
        None,
        alias="TRUYVET_SMS_URL",
        description=N_(
            "where an SMS gateway takes messages, one a POST; without one, and without mail to "
            "phones, one-time codes lie in the folder outbox and reach nobody"
        ),
    )
    sms_token_file: Path | None = Field(
        None,
        alias="TRUYVET_SMS_TOKEN_FILE",
        description=N_("a file with the gateway's token, sent as Authorization: Bearer"),
    )
    sms_format: Literal["json", "form"] = Field(
        "json", alias="TRUYVET_SMS_FORMAT", description=N_("how the gateway takes a message")
    )
    sms_fields: Annotated[str, AfterValidator(_two_names)] = Field(
        "to,text",
        alias="TRUYVET_SMS_FIELDS",
        description=N_("what the gateway calls the number, as +84912345678, and the text"),
    )
    smtp_host: HostName | None = Field(
        None, alias="TRUYVET_SMTP_HOST", description=N_("a mail server that takes our messages")
    )
    smtp_port: Port = Field(
        587, alias="TRUYVET_SMTP_PORT", description=N_("its port: 587 for STARTTLS, 465 for TLS")
    )
    smtp_tls: Literal["starttls", "tls", "off"] = Field(
        "starttls",
        alias="TRUYVET_SMTP_TLS",
        description=N_("how the way to it is made safe; off only for one on this machine"),
    )
    smtp_user: str | None = Field(
        None, alias="TRUYVET_SMTP_USER", description=N_("the account on the mail server")
    )
    smtp_password_file: Path | None = Field(
        None,
        alias="TRUYVET_SMTP_PASSWORD_FILE",
        description=N_("a file with the password of that account"),
    )
    smtp_from: Annotated[str, AfterValidator(_mail_address)] = Field(
        "truyvet@localhost",
        alias="TRUYVET_SMTP_FROM",
        description=N_("the e-mail address from which messages come"),
    )
    smtp_sms_domain: HostName | None = Field(
        None,
        alias="TRUYVET_SMTP_SMS_DOMAIN",
        description=N_("a gateway that takes messages to phones as mail to 84912345678@domain"),
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="TRUYVET_LOG_LEVEL", description=N_("the least weight of what is logged")
    )
    debug: Annotated[bool, AfterValidator(_off)] = Field(
        False, alias="FLASK_DEBUG", description=N_("Flask's debug mode: refused")
    )

    @property
    def secrets_folder(self) -> Path:
        """Where secrets of this instance are kept, for its owner alone."""
        return self.home / "secrets"

    @property
    def projection_folder(self) -> Path:
        """Where the files of the projection lie; they hold ids of people as the store does."""
        return self.home / "projection"

    @property
    def outbox_folder(self) -> Path:
        """Where messages lie that nothing is set up to send."""
        return self.home / "outbox"

    @property
    def reaches_phones(self) -> bool:
        """Whether something is set up that sends messages to phones."""
        return self.sms_url is not None or bool(self.smtp_host and self.smtp_sms_domain)

    @property
    def address(self) -> str:
        """The address that visitors use, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def bhyt_order(self) -> tuple[str, ...]:
        """The fields of a health insurance card, as `webapp.cards.read_card` takes them."""
        return tuple(self.bhyt_fields.split(","))

    @property
    def is_secure(self) -> bool:
        """Whether visitors come by HTTPS, so that cookies must not travel without it."""
        return self.address.startswith("https://")


@dataclass(frozen=True)
class Setting:
    """One line of `truyvet config`: a variable, its value as shown, where that came from."""

    name: str
    value: str | int | bool | None
    source: Literal["default", "environment"]
    meaning: str


def read_settings() -> Settings:
    """Return the settings that the environment states.

    Raises:
        SettingsFault: a variable holds what it cannot mean, or two contradict each other.
    """
    try:
        settings = Settings()
    except ValidationError as fault:
        raise SettingsFault(_sentence(fault)) from None
    if settings.neo4j_password and settings.neo4j_password_file:
        raise SettingsFault(_("Set NEO4J_PASSWORD or NEO4J_PASSWORD_FILE, not both of them."))
    if settings.smtp_tls == "off" and settings.smtp_host not in {None, *LOOPBACK_HOSTS}:
        raise SettingsFault(_("TRUYVET_SMTP_TLS can be off only for a server on this machine."))
    if (settings.smtp_user is None) != (settings.smtp_password_file is None):
        raise SettingsFault(
            _("Set TRUYVET_SMTP_USER and TRUYVET_SMTP_PASSWORD_FILE, or neither of them.")
        )
    return settings


def find_settings(settings: Settings) -> Iterator[Setting]:
    """Yield every variable in the order of the table; a secret shows only that it is set."""
    for field, meta in Settings.model_fields.items():
        name, value = str(meta.alias), getattr(settings, field)
        if isinstance(value, SecretStr):
            value = "********"
        elif isinstance(value, Path):
            value = str(value)
        is_set = bool(os.environ.get(name))
        meaning = _(str(meta.description))
        yield Setting(name, value, "environment" if is_set else "default", meaning)


def unknown_variables() -> list[str]:
    """Return the variables called TRUYVET_… that mean nothing here: most often misspelt."""
    known = {meta.alias for meta in Settings.model_fields.values()}
    return sorted(name for name in os.environ if name.startswith("TRUYVET_") and name not in known)


#: What pydantic finds wrong, as the end of a sentence that begins with the variable's name.
REASONS = {
    "int_parsing": N_("must be a whole number"),
    "greater_than_equal": N_("must be at least %(ge)s"),
    "less_than_equal": N_("must be at most %(le)s"),
    "literal_error": N_("must be %(expected)s"),
    "bool_parsing": N_("must be 0 or 1"),
}


MEANINGLESS = N_("has a value that means nothing")


def _sentence(fault: ValidationError) -> str:
    """Return the first fault as a sentence; pydantic's own words would repeat the value."""
    first: dict[str, Any] = dict(fault.errors(include_url=False, include_input=False)[0])
    context = first.get("ctx", {})
    if first["type"] == "value_error":
        reason = _(str(context["error"]))
    else:
        reason = _(REASONS.get(first["type"], MEANINGLESS), **context)
    return f"{first['loc'][0]} {reason}."
