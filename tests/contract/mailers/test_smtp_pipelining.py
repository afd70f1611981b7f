"""A server that takes several commands in one go: the same outcomes with fewer waits."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from newsletter.errors import MailerError, MailerUnavailableError, MessageRejectedError
from newsletter.mailers.smtp import SmtpMailer
from tests.contract.mailers.test_smtp_faults import REFUSALS
from tests.contract.mailers.values import make_envelope
from tests.servers.smtp_scripted import DROP, HANG, Script, scripted_smtp

HOST: Final = "127.0.0.1"
OFFER: Final = "250-test.example.org\r\n250-PIPELINING\r\n250 8BITMIME"
AFTER_EHLO: Final = ("MAIL", "RCPT", "DATA")


def send(script: Script, *, timeout_s: float = 10, times: int = 1) -> None:
    with SmtpMailer(HOST, script.port, tls="none", timeout_s=timeout_s) as mailer:
        for number in range(1, times + 1):
            mailer.send(make_envelope(number))


@contextmanager
def one_mail_server(received: list[bytes]) -> Iterator[int]:
    """Answer only once a whole group of commands has come: a client that waits would hang."""

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"220 ready\r\n")
            received.append(connection.recv(1000))
            connection.sendall(f"{OFFER}\r\n".encode())
            group = b""
            while group.count(b"\r\n") < 3:
                group += connection.recv(1000)
            received.append(group)
            connection.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
            mail = b""
            while not mail.endswith(b"\r\n.\r\n"):
                mail += connection.recv(1000)
            connection.sendall(b"250 queued\r\n")
            connection.recv(1000)

    with socket.create_server((HOST, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(timeout=10)


def test_all_before_the_mail_is_said_in_one_go() -> None:
    received: list[bytes] = []
    with (
        one_mail_server(received) as port,
        SmtpMailer(HOST, port, tls="none", timeout_s=5) as mailer,
    ):
        assert mailer.send(make_envelope()).provider_id == "queued"
    said = [line.split(b":")[0] for line in received[1].splitlines()]
    assert said == [b"MAIL FROM", b"RCPT TO", b"DATA"]


def test_mail_after_mail_goes_through_one_connection() -> None:
    with scripted_smtp(EHLO=OFFER) as script:
        send(script, times=3)
    assert (script.accepted, script.connections) == (3, 1)


@pytest.mark.parametrize(("step", "reply", "expected"), REFUSALS)
def test_a_refusal_means_the_same(step: str, reply: str, expected: type[MailerError]) -> None:
    with scripted_smtp(**{"EHLO": OFFER, step: reply}) as script, pytest.raises(expected) as caught:
        send(script)
    assert type(caught.value) is expected
    assert reply[:3] in str(caught.value)
    assert script.accepted == 0


@pytest.mark.parametrize("step", AFTER_EHLO)
@pytest.mark.parametrize("fault", [DROP, HANG])
def test_a_connection_lost_before_the_mail_accepted_nothing(step: str, fault: str) -> None:
    with (
        scripted_smtp(**{"EHLO": OFFER, step: fault}) as script,
        pytest.raises(MailerUnavailableError),
    ):
        send(script, timeout_s=0.2)
    assert script.accepted == 0


@pytest.mark.parametrize("step", ["RCPT", "DATA", "FINAL"])
def test_after_a_refused_mail_the_next_one_uses_the_same_connection(step: str) -> None:
    replies = {step: ["550 no", "354 go on" if step == "DATA" else "250 ok"]}
    if step == "RCPT":
        replies["DATA"] = ["503 no recipient", "354 go on"]
    with (
        scripted_smtp(EHLO=OFFER, **replies) as script,
        SmtpMailer(HOST, script.port, tls="none") as mailer,
    ):
        with pytest.raises(MessageRejectedError):
            mailer.send(make_envelope(1))
        mailer.send(make_envelope(2))
        assert (script.accepted, script.connections) == (1, 1)


def test_a_server_that_waits_for_a_refused_mail_does_not_get_it() -> None:
    with (
        scripted_smtp(EHLO=OFFER, RCPT=["550 no", "250 ok"]) as script,
        SmtpMailer(HOST, script.port, tls="none") as mailer,
    ):
        with pytest.raises(MessageRejectedError):
            mailer.send(make_envelope(1))
        assert script.accepted == 0
        mailer.send(make_envelope(2))
        assert (script.accepted, script.connections) == (1, 2)


@pytest.mark.parametrize("reply", [DROP, "421 idle for too long"])
def test_a_kept_connection_that_was_closed_is_replaced(reply: str) -> None:
    with scripted_smtp(EHLO=OFFER, MAIL=["250 ok", reply, "250 ok"]) as script:
        send(script, times=2)
        assert (script.accepted, script.connections) == (2, 2)
