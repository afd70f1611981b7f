"""Readers on a real server, with mails through a real SMTP server, in processes of their own."""

import hashlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.ports import Store
from subscribers.model import SubscriberState
from tests.servers.smtp import Mailbox, running_smtp
from tests.web_site import environment, hidden_fields, paths_in

WAIT_S = 30.0
ADDRESS = "reader@mail.arxiv-digest.net"


def environ_of(folder: Path, mailbox: Mailbox | None = None, **settings: str) -> dict[str, str]:
    made = environment(folder) | {"NEWSLETTER_WEB__FORM_MIN_S": "0", **settings}
    if mailbox is not None:
        made |= {
            "NEWSLETTER_MAILER__KIND": "smtp",
            "NEWSLETTER_MAILER__HOST": "127.0.0.1",
            "NEWSLETTER_MAILER__PORT": str(mailbox.port),
            "NEWSLETTER_MAILER__TLS": "none",
            "NEWSLETTER_MAIL__FROM": "digest@papers.arxiv-digest.net",
            "NEWSLETTER_MAIL__REPLY_TO": "owner@papers.arxiv-digest.net",
            "NEWSLETTER_MAIL__POSTAL_ADDRESS": "Real Street 1, Real Town",
            "NEWSLETTER_WEB__URL": "https://papers.arxiv-digest.net",
        }
    return made


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[httpx2.Client]:
    """Run ``newsletter serve`` and lend a visitor of it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "newsletter", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S) as client:
            wait_for(lambda: process.poll() is not None or answers(client))
            yield client
    finally:
        process.terminate()
        logged = process.communicate(timeout=WAIT_S)[1].decode()
    assert "Traceback" not in logged
    assert "@" not in logged


def answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx2.TransportError:
        return False


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def mail_number(mailbox: Mailbox, number: int) -> EmailMessage:
    wait_for(lambda: len(mailbox.mails) > number)
    return parsed(mailbox.mails[number][2])


def parsed(raw: bytes) -> EmailMessage:
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def own_path(mail: EmailMessage, start: str) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(rf"https://papers\.arxiv-digest\.net({start}\S+)", part.get_content())
    assert found is not None
    return found[1]


def sign_up(client: httpx2.Client, address: str) -> httpx2.Response:
    stamp = hidden_fields(client.get("/subscribe").text)["stamp"]
    return client.post("/subscribe", data={"stamp": stamp, "address": address})


def test_from_signing_up_to_one_click_over_real_mail(tmp_path: Path) -> None:
    with running_smtp() as mailbox, serving(environ_of(tmp_path, mailbox)) as client:
        assert sign_up(client, ADDRESS).status_code == 303
        confirm = mail_number(mailbox, 0)
        assert client.post(own_path(confirm, "/c/")).status_code == 200
        welcome = mail_number(mailbox, 1)
        assert welcome["Subject"] == "Welcome to arXiv Digest"
        assert client.get(own_path(welcome, "/p/")).status_code == 200
        raw = mailbox.mails[1][2]
        assert re.search(
            rb"\r\nList-Unsubscribe: <https://papers\.arxiv-digest\.net/u/[\w-]+>\r\n", raw
        )
        assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
        path = own_path(welcome, "/u/")
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "location" in answer.headers) == (200, False)
        assert mail_number(mailbox, 2)["Subject"] == "You have left arXiv Digest"
    with store_of(environ_of(tmp_path, mailbox)) as store:
        reader = store.subscribers.find(ADDRESS)
        assert reader is not None
        assert reader.state is SubscriberState.UNSUBSCRIBED


@contextmanager
def store_of(environ: dict[str, str]) -> Iterator[Store]:
    with App(load_settings(None, environ)).open_store() as store:
        yield store


def test_a_thousand_posts_for_one_victim_make_one_mail(tmp_path: Path) -> None:
    with running_smtp() as mailbox:
        environ = environ_of(tmp_path, mailbox, NEWSLETTER_WEB__REQUESTS_PER_ADDRESS="1000")
        with serving(environ) as client:
            stamp = hidden_fields(client.get("/subscribe").text)["stamp"]
            data = {"stamp": stamp, "address": ADDRESS}
            with ThreadPoolExecutor(16) as pool:
                answers = [pool.submit(client.post, "/subscribe", data=data) for _ in range(1000)]
            assert {answer.result().status_code for answer in answers} == {303}
            sign_up(client, "another@mail.arxiv-digest.net")
            wait_for(lambda: len(mailbox.mails) > 1)
        recipients = [recipient for _, (recipient,), _ in mailbox.mails]
        assert sorted(recipients) == ["another@mail.arxiv-digest.net", ADDRESS]


def fingerprint(folder: Path) -> str:
    """The content of the database: its file, brought up to date with SQLite's own log."""
    paths = sorted((folder / "data").glob("newsletter.db*"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def digest_mail(folder: Path, environ: dict[str, str]) -> EmailMessage:
    """Subscribe a reader, send the sample's issue, and return their digest."""
    run = [sys.executable, "-m", "newsletter"]
    for words in (
        [
            "subscriber",
            "add",
            "reader@example.org",
            "--category",
            "cs.LG",
            "--keyword",
            "attention",
        ],
        ["send", "--source", "sample", "--yes"],
    ):
        subprocess.run([*run, *words], env=environ, check=True, capture_output=True, timeout=120)
    mails = [parsed(path.read_bytes()) for path in folder.rglob("*.eml")]
    return next(mail for mail in mails if mail["To"] == "reader@example.org")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_link_of_a_digest_changes_the_database_when_it_is_looked_at(
    tmp_path: Path, method: str
) -> None:
    environ = environ_of(tmp_path)
    mail = digest_mail(tmp_path, environ)
    paths = paths_in(mail)
    assert {"/u/", "/p/", "/v/", "/f/"} <= {path[:3] for path in paths}
    with serving(environ) as client:
        for path in paths:
            assert client.request(method, path).status_code == 200, path
        before = fingerprint(tmp_path)
        for path in paths:
            client.request(method, path)
        assert fingerprint(tmp_path) == before


def test_a_vote_from_a_digest_is_kept(tmp_path: Path) -> None:
    environ = environ_of(tmp_path)
    mail = digest_mail(tmp_path, environ)
    with serving(environ) as client:
        button = next(path for path in paths_in(mail) if "/more/" in path)
        assert client.post(button).status_code == 200
    with store_of(environ) as store:
        reader = store.subscribers.find("reader@example.org")
        assert reader is not None
        assert len(store.feedback.of_reader(reader.id, limit=9)) == 1


def test_nothing_heavy_is_imported_to_serve_pages() -> None:
    code = "import sys, newsletter.web.app; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, timeout=60
    )
    loaded = set(ended.stdout.decode().split())
    assert "starlette.routing" in loaded
    heavy = {"openai", "boto3", "botocore", "typer", "sqlite_utils", "numpy", "requests", "mjml"}
    # These cost 100 ms more, and are not needed before the first request, if for it.
    later = {"structlog", "rich", "httpx2", "nh3", "email_validator", "newsletter.ranking"}
    later |= {"difflib", "feedgenerator", "ulid", "newsletter.config.descriptions"}
    assert (heavy | later) & loaded == set()
