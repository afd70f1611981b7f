"""Every way an SMTP server can fail, at every stage of the conversation."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import pytest

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
)
from newsletter.mailers.smtp import SmtpMailer
from newsletter.mailers.smtp_faults import Stage, at, clean, failure
from tests.contract.mailers.values import make_envelope
from tests.servers.smtp_scripted import DROP, HANG, Script, scripted_smtp

HOST = "127.0.0.1"
BEFORE_THE_MAIL = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")
REFUSALS: Final = [
    ("GREETING", "554 go away", MailerStoppedError),
    ("GREETING", "421 busy", MailerThrottledError),
    ("GREETING", "450 later", MailerUnavailableError),
    ("MAIL", "550 not for this sender", MailerStoppedError),
    ("MAIL", "530 5.7.0 login first", MailerStoppedError),
    ("MAIL", "552 too big", MessageRejectedError),
    ("MAIL", "421 closing", MailerThrottledError),
    ("MAIL", "451 later", MailerUnavailableError),
    ("RCPT", "550 5.1.1 no such user", MessageRejectedError),
    ("RCPT", "530 login first", MailerStoppedError),
    ("RCPT", "450 4.2.0 greylisted", MailerUnavailableError),
    ("RCPT", "452 4.5.3 too many mails", MailerThrottledError),
    ("RCPT", "421 closing", MailerThrottledError),
    ("DATA", "554 no", MessageRejectedError),
    ("DATA", "451 later", MailerUnavailableError),
    ("FINAL", "550 spam", MessageRejectedError),
    ("FINAL", "451 disk full", MailerUnavailableError),
    ("FINAL", "421 rate limit exceeded", MailerThrottledError),
]


def send(script: Script, *, timeout_s: float = 10, times: int = 1) -> None:
    with SmtpMailer(HOST, script.port, tls="none", timeout_s=timeout_s) as mailer:
        for number in range(1, times + 1):
            mailer.send(make_envelope(number))


@pytest.mark.parametrize("step", BEFORE_THE_MAIL)
def test_a_connection_lost_before_the_mail_accepted_nothing(step: str) -> None:
    with scripted_smtp(**{step: DROP}) as script, pytest.raises(MailerUnavailableError):
        send(script)
    assert script.accepted == 0


@pytest.mark.parametrize("step", BEFORE_THE_MAIL)
def test_a_silence_before_the_mail_accepted_nothing(step: str) -> None:
    with scripted_smtp(**{step: HANG}) as script, pytest.raises(MailerUnavailableError):
        send(script, timeout_s=0.2)
    assert script.accepted == 0


def test_a_connection_lost_before_the_dot_was_sent_accepted_nothing() -> None:
    larger_than_any_buffer = b"Subject: x\r\n\r\n" + (b"z" * 900 + b"\r\n") * 20_000
    with (
        scripted_smtp(EHLO="250 test", BODY=DROP) as script,
        SmtpMailer(HOST, script.port, tls="none", timeout_s=10) as mailer,
        pytest.raises(MailerUnavailableError, match="sending the mail"),
    ):
        mailer.send(make_envelope(raw=larger_than_any_buffer))


@pytest.mark.parametrize("reply", [DROP, HANG, "gibberish", "354 what?", "250" + "x" * 9000])
def test_without_a_clear_reply_to_the_mail_the_outcome_is_unknown(reply: str) -> None:
    with scripted_smtp(FINAL=reply) as script, pytest.raises(OutcomeUnknownError):
        send(script, timeout_s=0.5)
    assert script.seen.count("DATA") == 1


@pytest.mark.parametrize(("step", "reply", "expected"), REFUSALS)
def test_a_refusal_means_what_its_code_and_stage_say(
    step: str, reply: str, expected: type[MailerError]
) -> None:
    with scripted_smtp(**{step: reply}) as script, pytest.raises(expected) as caught:
        send(script)
    assert type(caught.value) is expected
    assert reply[:3] in str(caught.value)
    assert script.accepted == 0


@pytest.mark.parametrize("step", ["RCPT", "DATA", "FINAL"])
def test_after_a_refused_mail_the_next_one_uses_the_same_connection(step: str) -> None:
    reply = "354 go on" if step == "DATA" else "250 ok"
    with (
        scripted_smtp(**{step: ["550 no", reply]}) as script,
        SmtpMailer(HOST, script.port, tls="none") as mailer,
    ):
        with pytest.raises(MessageRejectedError):
            mailer.send(make_envelope(1))
        mailer.send(make_envelope(2))
        assert (script.accepted, script.connections) == (1, 1)
        assert ("RSET" in [seen.upper() for seen in script.seen]) == (step != "FINAL")


@pytest.mark.parametrize("reply", [DROP, "421 idle for too long"])
def test_a_kept_connection_that_was_closed_is_replaced(reply: str) -> None:
    with scripted_smtp(MAIL=["250 ok", reply, "250 ok"]) as script:
        send(script, times=2)
        assert (script.accepted, script.connections) == (2, 2)


def test_a_server_that_hangs_up_after_each_mail_gets_all_of_them() -> None:
    with scripted_smtp(MAIL=["250 ok", DROP, "250 ok", DROP, "250 ok"]) as script:
        send(script, times=3)
        assert (script.accepted, script.connections) == (3, 3)


def test_a_mail_with_unknown_outcome_is_not_repeated_on_another_connection() -> None:
    with (
        scripted_smtp(FINAL=["250 ok", DROP]) as script,
        pytest.raises(OutcomeUnknownError),
    ):
        send(script, times=2)
    assert script.accepted == 2
    assert script.seen.count("DATA") == 2


def test_nobody_at_the_port_accepted_nothing() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]
        with (
            SmtpMailer(HOST, port, tls="none", timeout_s=2) as mailer,
            pytest.raises(MailerUnavailableError, match=r"mailer\.host"),
        ):
            mailer.send(make_envelope())


def test_a_refused_starttls_sends_nothing() -> None:
    offer = {"EHLO": "250-test\r\n250 STARTTLS", "STARTTLS": "502 no"}
    with (
        scripted_smtp(**offer) as script,
        SmtpMailer(HOST, script.port, tls="starttls") as mailer,
        pytest.raises(MailerStoppedError, match=r"mailer\.tls"),
    ):
        mailer.send(make_envelope())
    assert not [seen for seen in script.seen if seen.startswith("MAIL")]


def test_a_server_without_the_extensions_a_mail_needs_rejects_it() -> None:
    with (
        scripted_smtp(EHLO="250 test") as script,
        SmtpMailer(HOST, script.port, tls="none") as mailer,
    ):
        with pytest.raises(MessageRejectedError, match="8BITMIME"):
            mailer.send(make_envelope(raw="Subject: x\r\n\r\né\r\n".encode()))
        with pytest.raises(MessageRejectedError, match="SMTPUTF8"):
            mailer.send(make_envelope(recipient="é@example.org"))
        mailer.send(make_envelope())
    assert script.accepted == 1


def test_no_address_of_a_reply_reaches_the_ledger() -> None:
    reply = "550 5.1.1 <reader1@example.org>: reader1@example.org\x07 unknown " + "x" * 900
    with scripted_smtp(RCPT=reply) as script, pytest.raises(MessageRejectedError) as caught:
        send(script)
    assert "@" not in str(caught.value)
    assert len(str(caught.value)) < 400
    assert clean(b"a\r\nb\xff") == "a b\ufffd"


def library_errors() -> Iterator[Exception]:
    for kind in vars(smtplib).values():
        if not (isinstance(kind, type) and issubclass(kind, smtplib.SMTPException)):
            continue
        if issubclass(kind, smtplib.SMTPSenderRefused):
            yield kind(550, b"no", "a@example.org")
        elif issubclass(kind, smtplib.SMTPResponseException):
            yield from (kind(code, b"no") for code in (-1, 200, 354, 421, 450, 550, 999))
        elif issubclass(kind, smtplib.SMTPRecipientsRefused):
            yield from (kind({"a@example.org": (550, b"no")}), kind({}))
        else:
            yield kind("words")
    yield from (TimeoutError(), ConnectionResetError(), BrokenPipeError(), OSError(5, "I/O"))
    yield from (ssl.SSLError("ssl"), ssl.SSLCertVerificationError("ssl"), socket.gaierror(-2, "?"))
    yield UnicodeError("label too long")


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("error", list(library_errors()), ids=repr)
def test_no_exception_of_the_library_escapes_and_none_is_taken_lightly(
    error: Exception, stage: Stage
) -> None:
    with pytest.raises(MailerError) as caught, at(stage):
        raise error
    assert type(caught.value) is not MailerError
    is_unknown = isinstance(caught.value, OutcomeUnknownError)
    assert not is_unknown or stage is Stage.FINAL


@pytest.mark.parametrize("error", list(library_errors()), ids=repr)
def test_after_the_dot_only_a_server_can_make_the_outcome_known(error: Exception) -> None:
    expected = (
        MailerStoppedError
        if isinstance(error, ssl.SSLCertVerificationError)
        else OutcomeUnknownError
    )
    assert type(failure(Stage.FINAL, error)) is expected
