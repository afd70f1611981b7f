"""Mails through a real SMTP server: in the clear, by STARTTLS, by implicit TLS, with login."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest

from newsletter.errors import (
    ConfigurationError,
    MailerStoppedError,
    MailerUnavailableError,
    MessageRejectedError,
)
from newsletter.mailers.smtp import SmtpMailer
from newsletter.ports import Mailer
from tests.contract.mailers.mailer import HandedOver, MailerContract
from tests.contract.mailers.values import RAW, make_envelope
from tests.servers.certificate import Certificate, make_certificate
from tests.servers.smtp import PASSWORD, USERNAME, Mailbox, running_smtp
from tests.servers.smtp_scripted import scripted_smtp

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with running_smtp() as mailbox:
        yield mailbox


@pytest.fixture
def mailer(mailbox: Mailbox) -> Iterator[Mailer]:
    with SmtpMailer(HOST, mailbox.port, tls="none", timeout_s=10) as mailer:
        yield mailer


@pytest.fixture
def handed_over(mailbox: Mailbox) -> HandedOver:
    return lambda: [raw for _, _, raw in mailbox.mails]


class TestSmtp(MailerContract):
    """``SmtpMailer`` is a ``Mailer``."""


def test_one_connection_serves_mail_after_mail(mailer: Mailer, mailbox: Mailbox) -> None:
    replies = [mailer.send(make_envelope(number)).provider_id for number in range(1, 4)]
    assert replies == [f"2.0.0 Ok: queued as {number}" for number in range(1, 4)]
    assert mailbox.connections == 1
    assert [recipients for _, recipients, _ in mailbox.mails] == [
        (f"reader{number}@example.org",) for number in range(1, 4)
    ]
    assert {sender for sender, _, _ in mailbox.mails} == {"digest@example.org"}


def test_starttls_and_login(certificate: Certificate) -> None:
    with (
        running_smtp(starttls=certificate.server_context(), with_login=True) as mailbox,
        SmtpMailer(
            HOST,
            mailbox.port,
            tls="starttls",
            username=USERNAME,
            password=PASSWORD,
            context=certificate.trusting_context(),
        ) as mailer,
    ):
        mailer.send(make_envelope())
    assert mailbox.mails[0][2] == RAW
    assert (mailbox.was_encrypted, mailbox.was_logged_in) == ([True], [True])


def test_implicit_tls(certificate: Certificate) -> None:
    with (
        running_smtp(implicit=certificate.server_context()) as mailbox,
        SmtpMailer(
            HOST, mailbox.port, tls="implicit", context=certificate.trusting_context()
        ) as mailer,
    ):
        mailer.send(make_envelope())
    assert mailbox.mails[0][2] == RAW


def test_a_wrong_password_stops_the_run(certificate: Certificate) -> None:
    with (
        running_smtp(starttls=certificate.server_context(), with_login=True) as mailbox,
        SmtpMailer(
            HOST,
            mailbox.port,
            tls="starttls",
            username=USERNAME,
            password="wrong",
            context=certificate.trusting_context(),
        ) as mailer,
        pytest.raises(MailerStoppedError, match=r"mailer\.username") as caught,
    ):
        mailer.send(make_envelope())
    assert "wrong" not in str(caught.value)
    assert mailbox.mails == []


def test_a_server_without_starttls_gets_nothing(mailbox: Mailbox) -> None:
    with (
        SmtpMailer(HOST, mailbox.port, tls="starttls") as mailer,
        pytest.raises(MailerStoppedError, match=r"no STARTTLS.*mailer\.tls"),
    ):
        mailer.send(make_envelope())
    assert mailbox.mails == []


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_nobody_vouches_for_is_refused(
    certificate: Certificate, tls: Literal["starttls", "implicit"]
) -> None:
    context = certificate.server_context()
    server = running_smtp(starttls=context) if tls == "starttls" else running_smtp(implicit=context)
    with (
        server as mailbox,
        SmtpMailer(HOST, mailbox.port, tls=tls) as mailer,
        pytest.raises(MailerStoppedError, match="certificate is not trusted"),
    ):
        mailer.send(make_envelope())
    assert mailbox.mails == []


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, name="DNS:mail.example.org")
    with (
        running_smtp(implicit=other.server_context()) as mailbox,
        SmtpMailer(HOST, mailbox.port, tls="implicit", context=other.trusting_context()) as mailer,
        pytest.raises(MailerStoppedError, match="certificate is not trusted"),
    ):
        mailer.send(make_envelope())


def test_a_server_that_speaks_no_tls_on_an_implicit_port_accepts_nothing(
    mailbox: Mailbox,
) -> None:
    with (
        SmtpMailer(HOST, mailbox.port, tls="implicit", timeout_s=2) as mailer,
        pytest.raises(MailerUnavailableError, match=r"mailer\.tls"),
    ):
        mailer.send(make_envelope())


def test_a_login_on_a_server_without_one_stops_the_run() -> None:
    with (
        scripted_smtp() as script,
        SmtpMailer(HOST, script.port, tls="none", username="a", password="b") as mailer,
        pytest.raises(MailerStoppedError, match="no login"),
    ):
        mailer.send(make_envelope())


def test_a_login_in_the_clear_is_allowed_on_this_machine_only() -> None:
    for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1"):
        SmtpMailer(host, 25, tls="none", username="a", password="b").close()
    for host in ("mail.example.org", "192.0.2.1", "localhost.example.org"):
        with pytest.raises(ConfigurationError, match="in the clear"):
            SmtpMailer(host, 25, tls="none", username="a", password="b")


def test_a_login_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(ConfigurationError, match="without a password"):
        SmtpMailer("mail.example.org", 587, tls="starttls", username="a")
    with pytest.raises(ConfigurationError, match="ASCII"):
        SmtpMailer("mail.example.org", 587, tls="starttls", username="a", password="naïve")


def test_addresses_beyond_ascii_arrive(mailer: Mailer, mailbox: Mailbox) -> None:
    mailer.send(make_envelope(recipient="读者@例子.example"))
    mailer.send(make_envelope(2))
    assert [recipients for _, recipients, _ in mailbox.mails] == [
        ("读者@例子.example",),
        ("reader2@example.org",),
    ]


def test_eight_bit_bytes_arrive(mailer: Mailer, mailbox: Mailbox) -> None:
    raw = "Subject: x\r\n\r\n中文 é\r\n".encode()
    mailer.send(make_envelope(raw=raw))
    assert mailbox.mails[0][2] == raw


def test_a_mail_larger_than_the_server_takes_is_rejected_before_it_is_sent(
    mailer: Mailer, mailbox: Mailbox
) -> None:
    with pytest.raises(MessageRejectedError, match="200000"):
        mailer.send(make_envelope(raw=b"Subject: x\r\n\r\n" + b"12345678\r\n" * 30_000))
    mailer.send(make_envelope(2))
    assert (len(mailbox.mails), mailbox.connections) == (1, 1)


def test_closing_ends_the_connections(mailbox: Mailbox) -> None:
    mailer = SmtpMailer(HOST, mailbox.port, tls="none")
    mailer.send(make_envelope())
    (session,) = mailer._idle
    mailer.close()
    assert not session.is_open


def test_one_domain_does_not_get_more_connections_than_allowed(mailbox: Mailbox) -> None:
    with (
        SmtpMailer(HOST, mailbox.port, tls="none", timeout_s=10, per_domain=1) as mailer,
        ThreadPoolExecutor(6) as pool,
    ):
        list(pool.map(mailer.send, map(make_envelope, range(1, 19))))
    assert (len(mailbox.mails), mailbox.connections) == (18, 1)
