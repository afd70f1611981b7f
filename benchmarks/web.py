"""Measure the web: its import, public pages from memory, the live preview, one-click leaving.

Prints one JSON object. Needs ``wrk`` (``apt-get install wrk``), which runs beside one process of
``newsletter serve`` on loopback. Each page is measured in several rounds; the median of rates and
of 99th percentiles counts. ``least_p99_ms`` is of the round that other programs disturbed least.
``python -m benchmarks.web [--papers FILE] [--readers N] [--seconds N] [--rounds N]``
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from ulid import ULID

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.rank_readers import make_pool, make_readers
from benchmarks.ranking_files import read_papers
from benchmarks.recorded import DATA, expect_recorded
from benchmarks.web_load import CONNECTIONS, Load, load_pages, load_posts, post_form, serving
from newsletter.config import ensure_local_secrets
from newsletter.model import Paper
from newsletter.stores.sqlite.store import open_store
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState
from subscribers.tokens import Purpose, TokenSigner

ROOT = Path(__file__).resolve().parents[1]
PAPERS_FILE = DATA / "ranking" / "papers.jsonl.xz"
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 11
PAPERS_A_DAY = 1_000
PREVIEWS = 200
STARTS = 7
_IMPORT = (
    "import time; started = time.perf_counter(); import newsletter.web.app; "
    "print(1000 * (time.perf_counter() - started), 1000 * time.process_time())"
)


def main() -> None:
    options = _options()
    expect_recorded(options.papers)
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    loaded = round(os.getloadavg()[0], 1)
    papers = list(islice(read_papers(options.papers), DAYS * PAPERS_A_DAY))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokens = _fill(folder / "data", papers, options.readers)
        with serving(_environ(folder)) as server:
            pages = load_pages(server.url, _paths(papers), _load(options))
            preview = _measure_preview(server.url, papers)
            posts = load_posts(server.url, [f"/u/{token}" for token in tokens], _load(options))
            peak_mb = server.peak_mb()
    figures = {
        "papers": len(papers),
        "papers_a_day": PAPERS_A_DAY,
        "connections": CONNECTIONS,
        "cores": os.cpu_count(),
        "load_average_before": loaded,
        "import": _measure_import(),
        **pages,
        "preview": preview,
        "one_click": posts,
        "peak_mb": peak_mb,
    }
    print(json.dumps(figures, indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=Path, default=PAPERS_FILE)
    parser.add_argument("--readers", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _load(options: argparse.Namespace) -> Load:
    return Load(seconds=options.seconds, rounds=options.rounds)


def _environ(folder: Path) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
        "NEWSLETTER_MAILER__DIR": str(folder / "mail"),
    }


def _paths(papers: Sequence[Paper]) -> Mapping[str, str]:
    return {
        "home": "/",
        "archive": "/i",
        "issue": f"/i/{DAY}-daily",
        "paper": f"/a/{papers[0].id}",
        "feed": "/feed/atom.xml",
    }


def _fill(data: Path, papers: Sequence[Paper], readers: int) -> list[str]:
    """Store papers over the days, and readers; return the tokens by which these leave."""
    secrets = ensure_local_secrets(data)
    signer = TokenSigner(secrets.token_keys, clock=lambda: NOW)
    with open_store(data / "newsletter.db", address_key=secrets.address_key) as store:
        for days_ago, chunk in enumerate(_chunks(papers)):
            on = DAY - timedelta(days=days_ago)
            those = [replace(paper, announced_on=on, issue_on=on) for paper in chunk]
            store.papers.save_announcement(those, [])
        made = [_reader(number) for number in range(readers)]
        for first in range(0, len(made), PAPERS_A_DAY):
            store.subscribers.add_all(made[first : first + PAPERS_A_DAY])
    return [signer.sign(Purpose.UNSUBSCRIBE, reader.id) for reader in made]


def _chunks(papers: Sequence[Paper]) -> Iterator[Sequence[Paper]]:
    return (papers[n : n + PAPERS_A_DAY] for n in range(0, len(papers), PAPERS_A_DAY))


def _reader(number: int) -> Subscriber:
    return Subscriber(
        id=str(ULID()),
        address=f"reader{number}@example.org",
        state=SubscriberState.ACTIVE,
        interests=Interests(keywords=(Keyword(phrase="sparse attention"),)),
        created_at=NOW,
        confirmed_at=NOW,
    )


def _measure_import() -> dict[str, float]:
    """Import the application in fresh processes; the process's own time counts its start too."""
    command = [sys.executable, "-c", _IMPORT]
    said = [
        subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
        for _ in range(STARTS)
    ]
    walls, cpus = zip(*(map(float, each.split()) for each in said), strict=True)
    return {
        "least_ms": round(min(walls)),
        "median_ms": round(statistics.median(walls)),
        "least_cpu_ms": round(min(cpus)),
    }


def _measure_preview(url: str, papers: Sequence[Paper]) -> dict[str, float]:
    """Ask for previews of 30 keywords each, one after another."""
    readers = make_readers(make_pool(papers), PREVIEWS)
    times = []
    for interests in readers:
        keywords = "\n".join(keyword.phrase for keyword in interests.keywords)
        started = time.perf_counter()
        body = post_form(f"{url}/preview", {"keywords": keywords})
        times.append(time.perf_counter() - started)
        assert b"<article" in body, "a preview without papers"
    return {
        "requests": len(times),
        "keywords": 30,
        "p50_ms": round(1000 * statistics.median(times), 1),
        "p95_ms": round(1000 * statistics.quantiles(times, n=20)[-1], 1),
    }


if __name__ == "__main__":
    main()
