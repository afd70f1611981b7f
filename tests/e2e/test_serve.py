"""A real ``newsletter serve``: it answers, follows the database, and stops when it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite.store import open_store
from tests.factories import DAY, make_paper

TIMEOUT_S = 60


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "NEWSLETTER_STORE__DATA_DIR": str(tmp_path / "data"),
        "NEWSLETTER_MAILER__DIR": str(tmp_path / "mail"),
    }


def start(environ: dict[str, str], port: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "newsletter", "serve", "--port", str(port)]
    return subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def server(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = start(environ)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=TIMEOUT_S)


def address_of(process: subprocess.Popen[str]) -> str:
    """Wait until the server says where it listens."""
    assert process.stderr is not None
    found = re.search(r"http://[\d.:]+", process.stderr.readline())
    assert found
    return found[0]


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize(
    ("told", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["SIGTERM", "Ctrl-C"]
)
def test_it_answers_until_it_is_told_to_stop(
    server: subprocess.Popen[str], told: signal.Signals, code: int
) -> None:
    assert "arXiv Digest" in get(address_of(server))
    server.send_signal(told)
    assert server.wait(timeout=TIMEOUT_S) == code


def test_it_shows_what_another_process_stored(
    server: subprocess.Popen[str], tmp_path: Path
) -> None:
    address = address_of(server)
    assert "Nothing has been announced" in get(f"{address}/i")
    data = tmp_path / "data"
    key = ensure_local_secrets(data).address_key
    with open_store(data / "newsletter.db", address_key=key) as store:
        store.papers.save_announcement([make_paper()], [])
    deadline = time.monotonic() + TIMEOUT_S
    while f"/i/{DAY}-daily" not in get(f"{address}/i"):
        assert time.monotonic() < deadline


def test_a_port_that_is_taken_is_told(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(environ, taken.getsockname()[1])
        _, said = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 2
    assert "choose others with --host and --port" in said
    assert "Traceback" not in said
