"""A mail that had not left as a whole cannot have been accepted: that much is certain."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from newsletter.errors import MailerUnavailableError, OutcomeUnknownError
from newsletter.mailers.ses import SesMailer
from newsletter.mailers.ses_client import BEFORE_POST
from tests.contract.test_ses_mailer import envelope, make_mailer, set_credentials
from tests.servers.fake_ses import FakeSes
from tests.servers.fake_ses_script import RESET_AFTER_ACCEPT

BIG = b"Subject: big\r\n\r\n" + 160_000 * (98 * b"x" + b"\r\n")


@pytest.fixture(scope="module", autouse=True)
def credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        set_credentials(patch)
        yield


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_after_the_first_bytes(connection: socket.socket, done: threading.Event) -> None:
    connection.recv(2000)
    reset(connection)


def say_nothing(connection: socket.socket, done: threading.Event) -> None:
    done.wait()
    connection.close()


Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def one_connection(behave: Behaviour, scheme: str) -> Iterator[str]:
    """Listen on loopback and do this to the first who connects."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=lambda: behave(listener.accept()[0], done))
        thread.start()
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        thread.join()


@contextmanager
def mailer_for(url: str, *, connect_timeout_s: float = 2.0) -> Iterator[SesMailer]:
    mailer = make_mailer(url, connect_timeout_s=connect_timeout_s)
    yield mailer
    mailer.close()


@pytest.mark.parametrize("behave", [reset_after_the_first_bytes, say_nothing])
def test_a_tls_handshake_that_fails_is_definite(behave: Behaviour) -> None:
    with (
        one_connection(behave, "https") as url,
        mailer_for(url, connect_timeout_s=0.2) as mailer,
        pytest.raises(MailerUnavailableError),
    ):
        mailer.send(envelope())


def test_a_server_that_speaks_no_tls_is_definite() -> None:
    with FakeSes() as ses, mailer_for(ses.url.replace("http:", "https:")) as mailer:
        with pytest.raises(MailerUnavailableError):
            mailer.send(envelope())
        assert ses.posts == 0


def test_a_connection_that_breaks_while_the_mail_is_on_its_way_is_definite() -> None:
    with (
        one_connection(reset_after_the_first_bytes, "http") as url,
        mailer_for(url) as mailer,
        pytest.raises(MailerUnavailableError),
    ):
        mailer.send(envelope(raw=BIG))


def test_a_connection_that_breaks_after_the_mail_had_left_is_not() -> None:
    with FakeSes() as ses, mailer_for(ses.url) as mailer:
        ses.script(RESET_AFTER_ACCEPT)
        with pytest.raises(OutcomeUnknownError):
            mailer.send(envelope(raw=BIG))
        assert ses.outbox[0].raw == BIG


def test_an_sdk_that_sends_unseen_makes_nothing_certain() -> None:
    """Should a later SDK not read the body we gave it, we must not call a loss definite."""
    with FakeSes() as ses, mailer_for(ses.url) as mailer:
        client = mailer._client
        client._sdk.meta.events.unregister(BEFORE_POST, client._watch.start)  # type: ignore[attr-defined]  # a test's door
        mailer.send(envelope(1))
        ses.script(RESET_AFTER_ACCEPT)
        with pytest.raises(OutcomeUnknownError):
            mailer.send(envelope(2))
