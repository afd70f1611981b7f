"""``newsletter`` in this process with a model's endpoint, and a server of whole papers."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from newsletter.config import ensure_local_secrets
from newsletter.model import Paper
from newsletter.stores.sqlite.store import SqliteStore, open_store
from tests.e2e.commands import Ended, run
from tests.servers.fake_llm import FakeLlm

DAY = "2026-11-20"


@dataclass(frozen=True)
class Here:
    """``newsletter`` in this process, with its settings and files in a folder."""

    folder: Path

    @classmethod
    def with_a_reader(cls, folder: Path) -> "Here":
        """Make one with the sample of a day in its store and one reader."""
        made = cls(folder)
        assert made.run("fetch", "--source", "sample").code == 0
        assert made.run("subscriber", "add", "reader@example.org").code == 0
        return made

    def run(self, *words: str, **settings: str) -> Ended:
        """Run a command to its end."""
        own = {
            "HOME": str(self.folder),
            "NEWSLETTER_STORE__DATA_DIR": str(self.folder / "data"),
            "NEWSLETTER_MAILER__DIR": str(self.folder / "mail"),
            "NEWSLETTER_LOG__LEVEL": "warning",
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_SUMMARIES__MODEL": "fake",
            "NEWSLETTER_SUMMARIES__API_KEY": "sk-secret",
            "NEWSLETTER_SUMMARIES__PRICES": "fake:1:2",
            "NEWSLETTER_SUMMARIES__PATIENCE_S": "3",
            "NEWSLETTER_SUMMARIES__TIMEOUT_S": "2",
        }
        return run(*words, **(own | settings))

    def json(self, *words: str, **settings: str) -> Any:
        """Run a command that prints JSON."""
        return json.loads(self.run(*words, "--json", **settings).out)

    def send(self, mind: FakeLlm, *words: str, **settings: str) -> Ended:
        """Send the sample with summaries of this model."""
        sent = ("send", "--source", "sample", "--on", DAY, "--yes")
        return self.run(*sent, *words, **(asking(mind) | settings))

    def listed(self) -> list[dict[str, Any]]:
        """Return the facts of every summary that is stored."""
        found: list[dict[str, Any]] = self.json("summaries", "list")
        return found

    def open_store(self) -> SqliteStore:
        """Open the program's store."""
        secrets = ensure_local_secrets(self.folder / "data")
        return open_store(self.folder / "data" / "newsletter.db", address_key=secrets.address_key)

    def papers(self) -> tuple[Paper, ...]:
        """Return the papers of the day that is stored."""
        with self.open_store() as store:
            day = store.papers.last_issue_day()
            assert day is not None
            return store.papers.papers_between(day, day)

    def mail(self) -> bytes:
        """Return the one mail that was sent."""
        (path,) = (self.folder / "mail").rglob("*.eml")
        return path.read_bytes().replace(b"=\r\n", b"")


def mind_of(program: Here) -> FakeLlm:
    """Make a model that knows the papers that are stored."""
    return FakeLlm(papers={one.id: (one.title, one.abstract) for one in program.papers()})


def asking(mind: FakeLlm) -> dict[str, str]:
    """Return the settings under which this endpoint is asked."""
    return {"NEWSLETTER_SUMMARIES__KIND": "openai", "NEWSLETTER_SUMMARIES__BASE_URL": mind.url}


@contextmanager
def serve_papers(kinds: Mapping[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve the same content for every paper of a kind; 404 for other kinds.

    Yields the address, and the paths that were asked for.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = kinds.get(self.path.split("/")[1])
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reading(url: str, mode: str) -> dict[str, str]:
    """Return the settings under which whole papers are read from this server."""
    return {
        "NEWSLETTER_SUMMARIES__INPUT": mode,
        "NEWSLETTER_SUMMARIES__HTML_URL": f"{url}/html",
        "NEWSLETTER_SUMMARIES__PDF_URL": f"{url}/pdf",
    }
