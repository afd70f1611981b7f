"""Measure the whole job: fetch, rank, plan, render, as one dry run of the real program.

A server on loopback plays arXiv. Prints one JSON object.
``python benchmarks/job.py [--data FOLDER] [--papers N] [--readers N]``
"""

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ulid import ULID

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.recorded import DATA, MONTH, expect_recorded
from newsletter.config import ensure_local_secrets
from newsletter.stores.sqlite.store import open_store
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState
from tests.servers.fake_arxiv import CATEGORIES, FakeArxiv
from tests.servers.fake_arxiv_days import Record, archived_day

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2025, 12, 23)
DAYS = [date(2025, 12, each) for each in (*range(4, 6), *range(8, 13), *range(15, 20))]
KEYWORDS_A_READER = 10


def main() -> None:
    arguments = _arguments()
    expect_recorded(arguments.data / MONTH)
    records = _records(arguments.data, arguments.papers)
    with tempfile.TemporaryDirectory() as folder, FakeArxiv() as arxiv:
        arxiv.announce(DAY, records)
        environ = _environ(Path(folder), arxiv)
        _add_readers(Path(folder), _phrases(records), arguments.readers)
        started = time.perf_counter()
        answer = subprocess.run(
            _command(), env=environ, cwd=folder, check=True, capture_output=True
        )
        wall_s = time.perf_counter() - started
    mails = json.loads(answer.stdout)["mails"]
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    figures = {
        "papers": len(records),
        "readers": arguments.readers,
        "mails": len(mails),
        "findings": sum(len(mail["findings"]) for mail in mails),
        "wall_s": round(wall_s, 1),
        "peak_mb": round(peak_kb / 1024),
        "largest_html_bytes": max(mail["html_bytes"] for mail in mails),
    }
    print(json.dumps(figures, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--papers", type=int, default=1_000)
    parser.add_argument("--readers", type=int, default=1_000)
    return parser.parse_args()


def _records(data: Path, number: int) -> tuple[Record, ...]:
    """Return real papers of several days, announced on one."""
    each_day = (archived_day(data, day, CATEGORIES) for day in DAYS)
    distinct = {record.id: record for day in each_day for record in day}
    submitted_at = datetime(2025, 12, 22, 12, tzinfo=UTC)
    chosen = itertools.islice(distinct.values(), number)
    return tuple(replace(record, submitted_at=submitted_at) for record in chosen)


def _phrases(records: Sequence[Record]) -> tuple[str, ...]:
    """Return two-word phrases out of titles, in their order."""
    words = (record.title.split() for record in records)
    pairs = {f"{a} {b}" for title in words for a, b in itertools.pairwise(title)}
    return tuple(sorted(pair for pair in pairs if pair.replace(" ", "").isalpha()))


def _readers(phrases: Sequence[str], number: int) -> Iterator[Subscriber]:
    now = datetime(2025, 12, 1, tzinfo=UTC)
    for each in range(number):
        chosen = phrases[each * 7 % len(phrases) :: len(phrases) // KEYWORDS_A_READER]
        yield Subscriber(
            id=str(ULID()),
            address=f"reader{each}@example.org",
            state=SubscriberState.ACTIVE,
            interests=Interests(
                categories=CATEGORIES,
                keywords=tuple(Keyword(phrase=phrase) for phrase in (*chosen, "agent", "model")),
            ),
            created_at=now,
            confirmed_at=now,
        )


def _add_readers(folder: Path, phrases: Sequence[str], number: int) -> None:
    key = ensure_local_secrets(folder / "data").address_key
    with open_store(folder / "data" / "newsletter.db", address_key=key) as store:
        for reader in _readers(phrases, number):
            store.subscribers.add(reader)


def _environ(folder: Path, arxiv: FakeArxiv) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
        "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
        "NEWSLETTER_ARXIV__FEED_URL": arxiv.feed_url,
        "NEWSLETTER_ARXIV__LISTING_URL": arxiv.listing_url,
        "NEWSLETTER_ARXIV__SEARCH_URL": arxiv.search_url,
    }


def _command() -> list[str]:
    words = ["send", "--dry-run", "--source", "feed", "--on", str(DAY), "--json"]
    return [sys.executable, "-m", "newsletter", *words]


if __name__ == "__main__":
    main()
