"""An operator's desk: a prepared newsletter, its fake SES, and commands in this process."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter.config import ensure_local_secrets
from newsletter.model import DeliveryState
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.stores.sqlite.store import SqliteStore, open_store
from tests.e2e.commands import run
from tests.e2e.ready import ISSUE, announce, prepare, settings_for
from tests.factories import make_subscriber
from tests.servers.fake_ses import FakeSes


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """Everything an operator has.

    Attributes:
        planned: the ids of the deliveries of ``ISSUE``.
        addresses: the readers'.
    """

    folder: Path
    ses: FakeSes
    planned: tuple[str, ...]
    addresses: tuple[str, ...]

    @classmethod
    @contextmanager
    def open(cls, folder: Path, *, readers: int) -> Iterator["Desk"]:
        """Prepare a newsletter with reader1 … readerN, and let a fake SES run."""
        planned = prepare(folder, readers)
        addresses = tuple(make_subscriber(number).address for number in range(1, readers + 1))
        with FakeSes(keep_raw=False) as ses:
            ses.account.max_per_second = 1_000.0
            yield cls(folder, ses, planned, addresses)

    @property
    def accepted(self) -> Counter[str]:
        """Delivery id → how many of its mails SES took."""
        return Counter(mail.delivery_id for mail in self.ses.outbox)

    @property
    def recipients(self) -> set[str]:
        return {each for mail in self.ses.outbox for each in mail.recipients}

    @property
    def counts(self) -> Mapping[DeliveryState, int]:
        with self.open_store() as store:
            return store.ledger.count_by_state(ISSUE)

    def run(self, *words: str, **environ: str) -> Ended:
        """Run a command to its end."""
        ended = run(*words, **(settings_for(self.folder, self.ses.url) | environ))
        return Ended(ended.code, ended.out, ended.err)

    def open_store(self) -> SqliteStore:
        """Open the newsletter's store."""
        key = ensure_local_secrets(self.folder / "data").address_key
        return open_store(self.folder / "data" / "newsletter.db", address_key=key)

    def rewrite(self, sql: str) -> None:
        """Change the database behind the program's back."""
        with closing(sqlite3.connect(self.folder / "data" / "newsletter.db")) as database, database:
            assert database.execute(sql).rowcount == 1

    def announce_today(self) -> None:
        """Let the newest announcement day be read, so that ``run`` asks nobody."""
        with self.open_store() as store:
            announce(store, AnnouncementCalendar().current_day(datetime.now(UTC)))
