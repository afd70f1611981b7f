"""A newsletter ready to send, made once and copied for every run of ``chaos``."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter.config import ensure_local_secrets
from newsletter.delivery.plan import delivery_id
from newsletter.model import Batch, BatchState, SourceName
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.stores.sqlite.store import SqliteStore, open_store
from tests.factories import make_paper, make_subscriber

ROOT = Path(__file__).resolve().parents[1]
DAY = AnnouncementCalendar().current_day(datetime.now(UTC))
ISSUE = f"{DAY}-daily"
CATEGORY = "cs.LG"
PAPERS = 8

SETTINGS: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": "chaos",
    "AWS_SECRET_ACCESS_KEY": "chaos",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NEWSLETTER_INTERESTS__CATEGORIES": CATEGORY,
    "NEWSLETTER_LOG__LEVEL": "error",
    "NEWSLETTER_MAIL__FROM": "digest@papers.arxivdigest.net",
    "NEWSLETTER_MAIL__REPLY_TO": "owner@papers.arxivdigest.net",
    "NEWSLETTER_MAIL__POSTAL_ADDRESS": "Street 1, Town",
    "NEWSLETTER_MAILER__CONFIGURATION_SET": "newsletter",
    "NEWSLETTER_MAILER__KIND": "ses",
    "NEWSLETTER_MAILER__REGION": "eu-west-1",
    "NEWSLETTER_MAILER__TIMEOUT_S": "5",
    "NEWSLETTER_WEB__URL": "https://papers.arxivdigest.net",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One newsletter in a folder of its own, with a fake SES at ``url``."""

    folder: Path
    url: str

    def open_store(self) -> SqliteStore:
        """Open its database, beside whatever else has it open."""
        return _open(self.folder)

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a command of the real program and do not wait for it."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "newsletter", *words],
                cwd=self.folder,
                env=self._environ() | environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def _environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder),
            "NEWSLETTER_STORE__DATA_DIR": str(self.folder / "data"),
            "NEWSLETTER_MAILER__ENDPOINT_URL": self.url,
            **SETTINGS,
        }


def prepare(folder: Path, readers: int) -> Sequence[str]:
    """Make readers and a whole announcement; return the ids of the deliveries to come."""
    numbers = range(1, readers + 1)
    with _open(folder) as store:
        for number in numbers:
            store.subscribers.add(make_subscriber(number))
        store.papers.save_announcement(
            (make_paper(number, announced_on=DAY, issue_on=DAY) for number in range(1, PAPERS + 1)),
            [_whole_batch()],
        )
    return [delivery_id(ISSUE, make_subscriber(number).id) for number in numbers]


def copied(prepared: Path, folder: Path, url: str) -> World:
    """Return a copy of a prepared newsletter."""
    shutil.copytree(prepared, folder)
    return World(folder=folder, url=url)


def _open(folder: Path) -> SqliteStore:
    key = ensure_local_secrets(folder / "data").address_key
    return open_store(folder / "data" / "newsletter.db", address_key=key)


def _whole_batch() -> Batch:
    return Batch(
        category=CATEGORY,
        announced_on=DAY,
        state=BatchState.FRESH,
        expected=PAPERS,
        fetched=PAPERS,
        unseen=PAPERS,
        source=SourceName.FEED,
    )
