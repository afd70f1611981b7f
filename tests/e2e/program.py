"""Run the program as people do: a process of its own, on a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite.store import SqliteStore, open_store
from tests.servers.fake_arxiv import FakeArxiv

TIMEOUT_S = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """``newsletter`` with settings from the environment alone, in a folder of its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
        self._environ = kept | {
            "HOME": str(folder),
            "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_ARXIV__TIMEOUT_S": "5",
            "NEWSLETTER_LOG__LEVEL": "warning",
            **settings,
        }

    @classmethod
    def reading(cls, arxiv: FakeArxiv, folder: Path, **settings: str) -> "Program":
        """Make a program whose arXiv is this server."""
        return cls(
            folder,
            NEWSLETTER_ARXIV__FEED_URL=arxiv.feed_url,
            NEWSLETTER_ARXIV__LISTING_URL=arxiv.listing_url,
            NEWSLETTER_ARXIV__SEARCH_URL=arxiv.search_url,
            **settings,
        )

    def open_store(self) -> SqliteStore:
        """Open the program's store."""
        secrets = ensure_local_secrets(self.folder / "data")
        return open_store(self.folder / "data" / "newsletter.db", address_key=secrets.address_key)

    def stored_bytes(self) -> bytes:
        """Return the database file as it is on the disk."""
        return (self.folder / "data" / "newsletter.db").read_bytes()

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *words],
            cwd=self.folder,
            env=self._environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *words: str, **settings: str) -> Ended:
        """Run a command to its end; ``settings`` are further environment."""
        with self.start(*words, **settings) as process:
            out, err = process.communicate(timeout=TIMEOUT_S)
        return Ended(process.returncode, out, err)
