"""Messages leave by the gateway that is set up, or lie in a folder; faults tell no content."""

import json
import os
import socket
import stat
import time
from threading import Barrier, Thread
from urllib.parse import parse_qs

import pytest

from graph.server import Connection
from tests.webapp.gateways import Mailbox, Taken, http_gateway, mail_server, write_certificate
from webapp.sending import AT_ONCE, Mail, Outbox, Post, SendingFault, SmsGateway, open_post
from webapp.serving import serve
from webapp.settings import Settings, SettingsFault, read_settings

NUMBER, TEXT = "+84912345678", "Mã xác thực: 123456"
SUBJECT = "Mã xác thực"
#: What no fault may repeat.
SECRETS = (NUMBER, NUMBER[1:], "123456", "hunter2hunter2")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine with its key."""
    return write_certificate(tmp_path_factory.mktemp("certificate") / "this.pem")


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The certificate is one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.parametrize("is_json", [True, False], ids=["json", "form"])
def test_a_gateway_gets_number_and_text_under_its_own_names_and_the_token(is_json):
    taken = Taken()
    with http_gateway(taken) as url:
        gateway = SmsGateway(url, is_json, ("phone", "content"), token="hunter2hunter2")
        gateway.send(NUMBER, TEXT, SUBJECT)

    [(path, headers, body)] = taken.requests
    told = json.loads(body) if is_json else {k: v[0] for k, v in parse_qs(body).items()}
    assert path == "/send"
    assert told == {"phone": NUMBER, "content": TEXT}
    assert headers["Authorization"] == "Bearer hunter2hunter2"


@pytest.mark.parametrize("status", [301, 307, 400, 401, 429, 500])
def test_a_gateway_that_does_not_take_a_message_is_a_fault_and_is_asked_once(status):
    taken = Taken(status=status)
    with http_gateway(taken) as url, pytest.raises(SendingFault, match=f"status {status}"):
        SmsGateway(url).send(NUMBER, TEXT, SUBJECT)

    assert len(taken.requests) == 1


def test_a_gateway_that_says_nothing_is_waited_for_no_longer_than_its_time():
    with http_gateway(Taken(seconds=1.0)) as url, pytest.raises(SendingFault, match="in time"):
        SmsGateway(url, seconds=0.1).send(NUMBER, TEXT, SUBJECT)


def test_a_gateway_that_is_not_there_is_a_fault():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(SendingFault, match="cannot be reached"):
        SmsGateway(f"http://127.0.0.1:{port}/").send(NUMBER, TEXT, SUBJECT)


@pytest.mark.parametrize("tls", ["starttls", "tls", "off"])
def test_mail_reaches_an_address_or_the_phone_behind_a_gateway(certificate, trusted, tls):
    mailbox = Mailbox()
    with mail_server(mailbox, certificate, tls) as port:
        mail = Mail(
            "127.0.0.1", port, tls, "no-reply@truyvet.example", "me", "hunter2hunter2",
            sms_domain="sms.example",
        )  # fmt: skip
        mail.send("an@example.vn", TEXT, SUBJECT)
        mail.send(NUMBER, TEXT, SUBJECT)

    assert mailbox.recipients == ["TO:<an@example.vn>", "TO:<84912345678@sms.example>"]
    assert mailbox.were_safe == [tls != "off"] * 2
    assert mailbox.accounts == ["me\0hunter2hunter2"] * 2
    assert "From: no-reply@truyvet.example" in mailbox.texts[0]
    assert socket.gethostname() not in mailbox.texts[0]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_nothing_is_handed_to_a_mail_server_whose_certificate_is_not_trusted(certificate, tls):
    mailbox = Mailbox()
    with (
        mail_server(mailbox, certificate, tls) as port,
        pytest.raises(SendingFault, match="not trusted"),
    ):
        Mail("127.0.0.1", port, tls, "me@here.example", "me", "x").send("a@b.vn", TEXT, SUBJECT)

    assert mailbox == Mailbox()


def test_a_recipient_that_the_mail_server_refuses_is_a_fault(certificate):
    mailbox = Mailbox(refusal="550")
    with (
        mail_server(mailbox, certificate, "off") as port,
        pytest.raises(SendingFault, match="code 550"),
    ):
        Mail("127.0.0.1", port, "off", "me@here.example").send("a@b.vn", TEXT, SUBJECT)

    assert not mailbox.texts


def test_the_outbox_is_a_file_a_message_for_its_owner_alone(tmp_path):
    folder = tmp_path / "outbox"
    for _ in range(2):
        Outbox(folder).send(NUMBER, TEXT, SUBJECT)

    files = sorted(folder.iterdir())
    assert len(files) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert f"To: {NUMBER}" in files[0].read_text(encoding="utf-8")
    assert TEXT in files[0].read_text(encoding="utf-8")
    assert not any(secret in file.name for file in files for secret in SECRETS[1:])


def test_messages_leave_the_outbox_after_a_day(tmp_path):
    Outbox(tmp_path).send(NUMBER, TEXT, SUBJECT)
    [old] = tmp_path.iterdir()
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))

    Outbox(tmp_path).send(NUMBER, TEXT, SUBJECT)

    assert old not in list(tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 1


def test_an_outbox_that_cannot_be_written_is_a_fault(tmp_path):
    (tmp_path / "outbox").write_text("a file in its place")

    with pytest.raises(SendingFault, match="cannot be written"):
        Outbox(tmp_path / "outbox").send(NUMBER, TEXT, SUBJECT)


@pytest.mark.parametrize(
    "to",
    [
        pytest.param("0912345678", id="no E.164"),
        pytest.param(f"{NUMBER}\nTo: +84900000000", id="a second line"),
        pytest.param("a@b.vn, c@d.vn", id="two addresses"),
        pytest.param("", id="nobody"),
    ],
)
def test_nothing_is_sent_to_what_is_no_recipient(tmp_path, to):
    nowhere = (SmsGateway("http://127.0.0.1:9/"), Mail("127.0.0.1", 9, "off", "a@b.vn"))
    for way in (Outbox(tmp_path), *nowhere):
        with pytest.raises(ValueError, match=r"^[a-zA-Z .0-9-]+$"):
            way.send(to, TEXT, SUBJECT)

    assert not list(tmp_path.iterdir())


def test_a_fault_is_logged_by_its_kind_and_tells_nothing_of_the_message(caplog):
    with http_gateway(Taken(status=500)) as url:
        gateway = SmsGateway(url, token="hunter2hunter2")
        with pytest.raises(SendingFault) as caught:
            Post(gateway, gateway).send(NUMBER, TEXT, SUBJECT)

    assert caplog.messages == ["SMS gateway: refused with status 500"]
    told = f"{caplog.text} {caught.value!r} {gateway!r}"
    assert not [secret for secret in SECRETS if secret in told]


def test_a_gateway_that_hangs_holds_up_a_few_senders_and_refuses_the_others():
    taken = Taken(seconds=1.6)
    outcomes, together = [], Barrier(AT_ONCE + 3)
    with http_gateway(taken) as url:
        post = Post(SmsGateway(url), SmsGateway(url))

        def send():
            together.wait()
            try:
                post.send(NUMBER, TEXT, SUBJECT)
            except SendingFault as fault:
                outcomes.append(str(fault))
            else:
                outcomes.append("sent")

        threads = [Thread(target=send) for _ in range(AT_ONCE + 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(outcomes) == ["sent"] * AT_ONCE + ["too many wait"] * 3


@pytest.mark.parametrize(
    ("variables", "ways"),
    [
        pytest.param({}, ("outbox", "outbox"), id="nothing is set up"),
        pytest.param(
            {"TRUYVET_SMS_URL": "https://sms.example/send"}, ("SMS gateway", "outbox"), id="SMS"
        ),
        pytest.param({"TRUYVET_SMTP_HOST": "mail.example"}, ("outbox", "mail server"), id="mail"),
        pytest.param(
            {"TRUYVET_SMTP_HOST": "mail.example", "TRUYVET_SMTP_SMS_DOMAIN": "sms.example"},
            ("mail server", "mail server"),
            id="mail to phones",
        ),
    ],
)
def test_what_is_set_up_is_what_messages_go_by(tmp_path, variables, ways):
    settings = Settings(TRUYVET_HOME=tmp_path, **variables)

    post = open_post(settings)

    assert (post._phones.name, post._mails.name) == ways
    assert post.reaches_phones == settings.reaches_phones == (ways[0] != "outbox")


def test_token_and_password_are_read_from_their_files(tmp_path):
    (tmp_path / "secret").write_text("hunter2hunter2\n")
    secret = tmp_path / "secret"

    post = open_post(
        Settings(
            TRUYVET_HOME=tmp_path,
            TRUYVET_SMS_URL="https://sms.example/send",
            TRUYVET_SMS_TOKEN_FILE=secret,
            TRUYVET_SMTP_HOST="mail.example",
            TRUYVET_SMTP_USER="me",
            TRUYVET_SMTP_PASSWORD_FILE=secret,
        )
    )

    assert (post._phones.token, post._mails.password) == ("hunter2hunter2", "hunter2hunter2")


@pytest.mark.parametrize("variable", ["TRUYVET_SMS_TOKEN_FILE", "TRUYVET_SMTP_PASSWORD_FILE"])
def test_a_file_of_a_secret_that_cannot_be_read_is_named_by_its_variable(tmp_path, variable):
    settings = Settings(
        TRUYVET_HOME=tmp_path,
        TRUYVET_SMS_URL="https://sms.example/send",
        TRUYVET_SMTP_HOST="mail.example",
        **{variable: tmp_path / "missing"},
    )

    with pytest.raises(SettingsFault, match=f"{variable} names no file"):
        open_post(settings)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        pytest.param({"TRUYVET_SMS_URL": "sms.example"}, "must be an address", id="no scheme"),
        pytest.param(
            {"TRUYVET_SMS_URL": "http://sms.example/"}, "must begin with https", id="in the clear"
        ),
        pytest.param(
            {"TRUYVET_SMS_URL": "https://me:hunter2hunter2@sms.example/"},
            "must not hold a name or password",
            id="a password in it",
        ),
        pytest.param({"TRUYVET_SMS_FIELDS": "to"}, "must be two names", id="one field"),
        pytest.param({"TRUYVET_SMTP_FROM": "truyvet"}, "must be an e-mail address", id="no mail"),
        pytest.param({"TRUYVET_SMTP_HOST": "a b"}, "must be the name of a host", id="no host"),
        pytest.param(
            {"TRUYVET_SMTP_HOST": "mail.example", "TRUYVET_SMTP_TLS": "off"},
            "only for a server on this machine",
            id="mail in the clear",
        ),
        pytest.param(
            {"TRUYVET_SMTP_USER": "me"}, "or neither of them", id="an account without a password"
        ),
    ],
)
def test_what_would_send_in_the_clear_or_means_nothing_is_refused(monkeypatch, variables, reason):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsFault, match=reason) as caught:
        read_settings()

    assert "hunter2" not in str(caught.value)


def test_a_server_does_not_start_with_a_secret_that_cannot_be_read(tmp_path):
    settings = Settings(
        TRUYVET_HOME=tmp_path,
        TRUYVET_SMS_URL="https://sms.example/send",
        TRUYVET_SMS_TOKEN_FILE=tmp_path / "missing",
    )

    with pytest.raises(SettingsFault, match="TRUYVET_SMS_TOKEN_FILE"):
        serve(Connection("bolt://127.0.0.1:9", "neo4j", "", "neo4j"), settings, lambda: None)
