"""Messages to citizens: by an SMS gateway, by mail, or, where neither is set up, into a folder.

A fault tells what kind it is and nothing of the message: not whom it was for, not what it said,
not what the gateway answered.
"""

import json
import logging
import os
import re
import secrets
import smtplib
import socket
import ssl
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from http.client import HTTPException
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from webapp.language import _
from webapp.settings import LOOPBACK_HOSTS, Settings, SettingsFault

logger = logging.getLogger("truyvet.sending")

# Whoever waits for a code waits no longer than this for the gateway.
GATEWAY_SECONDS = 5.0
# A gateway that hangs holds up so many requests at most; check-ins go on beside them.
AT_ONCE = 4
PATIENCE_SECONDS = 1.0
# Messages lie in the folder no longer than any code in them could be of use.
KEPT_SECONDS = 24 * 3600

_PHONE = re.compile(r"\+[0-9]{6,15}")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,255}")


class SendingFault(Exception):
    """A message did not get away; the text is the kind of fault alone."""


class Sender(ABC):
    """One way to send messages."""

    #: What a log calls it.
    name: str
    #: Whether messages get to people; a folder on this machine is read by its operator alone.
    reaches_people = True

    @abstractmethod
    def send(self, to: str, text: str, subject: str) -> None:
        """Send a text to a phone number in E.164, or to an e-mail address.

        Raises:
            SendingFault: it did not get away, or nobody knows whether it did.
            ValueError: nothing can be sent to such a recipient.
        """


@dataclass(frozen=True, slots=True)
class SmsGateway(Sender):
    """A gateway that takes one message a POST, as JSON or as a form.

    Args:
        fields: what it calls the number and the text.
        token: sent as `Authorization: Bearer`; None for a gateway that wants none.
    """

    url: str
    is_json: bool = True
    fields: tuple[str, str] = ("to", "text")
    token: str | None = field(default=None, repr=False)
    seconds: float = GATEWAY_SECONDS

    name = "SMS gateway"

    def send(self, to: str, text: str, subject: str) -> None:
        """Post the message; any answer but 2xx, a redirect among them, is a refusal."""
        told = dict(zip(self.fields, (_phone(to), text), strict=True))
        body = json.dumps(told) if self.is_json else urlencode(told)
        kind = "application/json" if self.is_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "User-Agent": "truyvet"}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.url, body.encode(), headers, method="POST")  # noqa: S310
        with _faults_told():
            self._opener().open(request, timeout=self.seconds).close()

    def _opener(self) -> Any:
        # Proxies of the environment are for other machines.
        is_here = urlsplit(self.url).hostname in LOOPBACK_HOSTS
        return build_opener(
            ProxyHandler({} if is_here else None),
            HTTPSHandler(context=ssl.create_default_context()),
            _NoRedirect(),
        )


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: the token and the number are for one gateway alone."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return nothing, so that the redirect is a refusal."""


@dataclass(frozen=True, slots=True)
class Mail(Sender):
    """A mail server; phones are reached through a gateway that takes mail, if one is named.

    Args:
        tls: `starttls`, `tls` from the first byte, or `off` for a server on this machine.
        sms_domain: mail to 84912345678@<domain> becomes a message to that phone.
    """

    host: str
    port: int
    tls: str
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sms_domain: str | None = None
    seconds: float = GATEWAY_SECONDS

    name = "mail server"

    def send(self, to: str, text: str, subject: str) -> None:
        """Hand the message to the server."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self._box(to), subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._domain())
        message.set_content(text)
        with _faults_told(), self._connected() as server:
            if self.user is not None and self.password is not None:
                server.login(self.user, self.password)
            server.send_message(message)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        # The machine's own name is nobody's business.
        options: Any = {"timeout": self.seconds, "local_hostname": self._domain()}
        trusted = ssl.create_default_context()
        if self.tls == "tls":
            with smtplib.SMTP_SSL(self.host, self.port, context=trusted, **options) as server:
                yield server
            return
        with smtplib.SMTP(self.host, self.port, **options) as server:
            if self.tls == "starttls":
                server.starttls(context=trusted)
            yield server

    def _box(self, to: str) -> str:
        if _EMAIL.fullmatch(to):
            return to
        if self.sms_domain is None:
            raise ValueError("mail goes to e-mail addresses")
        return f"{_phone(to).removeprefix('+')}@{self.sms_domain}"

    def _domain(self) -> str:
        return self.sender.rpartition("@")[2].rstrip(">")


@dataclass(frozen=True, slots=True)
class Outbox(Sender):
    """A folder that its owner alone reads, a file a message: a demo, or no gateway yet."""

    folder: Path

    name = "outbox"
    reaches_people = False

    def send(self, to: str, text: str, subject: str) -> None:
        """Write the message; what is older than a day goes."""
        if not (_PHONE.fullmatch(to) or _EMAIL.fullmatch(to)):
            raise ValueError("neither a phone number nor an e-mail address")
        lines = (f"To: {to}", f"Subject: {subject}", f"Date: {formatdate()}", "", text, "")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._delete_old()
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}.txt"
            aside = self.folder / f".{name}"
            handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write("\n".join(lines))
            # Whoever reads the folder finds whole messages only.
            aside.rename(self.folder / name)
        except OSError:
            raise SendingFault("the folder cannot be written") from None

    def _delete_old(self) -> None:
        oldest = time.time() - KEPT_SECONDS
        for file in self.folder.iterdir():
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)


class Post(Sender):
    """All ways of an instance: phones by one, e-mail by another, a few messages at once."""

    name = "post"

    def __init__(self, phones: Sender, mails: Sender) -> None:
        """Send to phones and to e-mail addresses by these."""
        self._phones, self._mails = phones, mails
        self._free = BoundedSemaphore(AT_ONCE)

    @property
    def reaches_phones(self) -> bool:
        """Whether a message to a phone gets to it."""
        return self._phones.reaches_people

    def send(self, to: str, text: str, subject: str) -> None:
        """Send by the way that reaches such a recipient; a fault is logged by its kind."""
        way = self._mails if "@" in to else self._phones
        if not self._free.acquire(timeout=PATIENCE_SECONDS):
            logger.warning("%s: too many wait for it", way.name)
            raise SendingFault("too many wait")
        try:
            way.send(to, text, subject)
        except SendingFault as fault:
            logger.warning("%s: %s", way.name, fault)
            raise
        finally:
            self._free.release()


def open_post(settings: Settings) -> Post:
    """Return the ways to send that are set up; where none is, messages are put into a folder.

    Raises:
        SettingsFault: a file of a token or a password cannot be read.
    """
    mail = _mail_of(settings)
    phones = _gateway_of(settings) or (mail if mail and mail.sms_domain else None)
    outbox = Outbox(settings.outbox_folder)
    return Post(phones or outbox, mail or outbox)


def _gateway_of(settings: Settings) -> SmsGateway | None:
    if settings.sms_url is None:
        return None
    number, text = settings.sms_fields.split(",")
    return SmsGateway(
        settings.sms_url,
        settings.sms_format == "json",
        (number, text),
        _secret_in(settings.sms_token_file, "TRUYVET_SMS_TOKEN_FILE"),
    )


def _mail_of(settings: Settings) -> Mail | None:
    if settings.smtp_host is None:
        return None
    return Mail(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_from,
        settings.smtp_user,
        _secret_in(settings.smtp_password_file, "TRUYVET_SMTP_PASSWORD_FILE"),
        settings.smtp_sms_domain,
    )


def _secret_in(file: Path | None, variable: str) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        told = _("%(variable)s names no file that can be read.", variable=variable)
        raise SettingsFault(told) from None


def _phone(to: str) -> str:
    if not _PHONE.fullmatch(to):
        raise ValueError("not a phone number in E.164")
    return to


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn what a gateway or the way to it does wrong into its kind; its own words stay unread."""
    try:
        yield
    except HTTPError as fault:
        fault.close()
        raise SendingFault(f"refused with status {fault.code}") from None
    except smtplib.SMTPResponseException as fault:
        raise SendingFault(f"refused with code {fault.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused as fault:
        codes = sorted({code for code, _told in fault.recipients.values()})
        raise SendingFault(f"refused with code {codes[0]}") from None
    except ssl.SSLCertVerificationError:
        raise SendingFault("its certificate is not trusted") from None
    except TimeoutError:
        raise SendingFault("does not answer in time") from None
    except URLError as fault:
        raise SendingFault(_kind_of(fault.reason)) from None
    except (OSError, HTTPException, smtplib.SMTPException) as fault:
        raise SendingFault(_kind_of(fault)) from None


def _kind_of(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "does not answer in time"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "its certificate is not trusted"
    if isinstance(reason, socket.gaierror):
        return "its name is not known"
    if isinstance(reason, smtplib.SMTPNotSupportedError):
        return "lacks what is asked of it"
    return "cannot be reached"
