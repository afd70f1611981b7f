"""Simulate a day of very many readers: how long, how dear, how much memory. Prints JSON.

The real planner and ranker do a slice of the readers, the real composer a slice of the mails;
their measured rates, SES at 500 mails a second, and Lambda's limits make the day. The ledger is
one in memory and counts every delivery. ``python -m benchmarks.scale [--readers N …]``
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scale_day import (
    DAY,
    HOURS,
    NOW,
    SES_PER_S,
    WORKERS,
    CountingQueue,
    FastLedger,
    GeneratedSlots,
    NothingShown,
    make_issue,
    make_papers,
    send,
)
from newsletter import log
from newsletter.bootstrap import App
from newsletter.carriers.folder import FolderBundles
from newsletter.config import load_settings
from newsletter.fanout.bundle import Bundle
from newsletter.fanout.catalogue import BundleShelf
from newsletter.fanout.parcel import MOST_READERS, unpack
from newsletter.fanout.plan import Planner
from newsletter.model import Claim
from newsletter.ports import Ledger, PaperCatalogue, SlotStore
from newsletter.ranking import RankingMethod
from tests.factories import make_subscriber

PAPERS, HISTORY = 800, 5_000
SLICE = 40_000
MAILS = 200
LAMBDA_S = 900.0
PRICES = {
    "lambda_gb_s": 0.0000133334, "lambda_call": 0.20e-6, "sqs_request": 0.40e-6,
    "dynamodb_write": 0.625e-6, "dynamodb_read": 0.125e-6, "ses_mail": 0.10e-3,
    "sns_request": 0.50e-6,
}  # fmt: skip
GB = {"fanout": 2.0, "deliver": 1.0}
WRITES_A_MAIL, READS_A_MAIL = 11.4, 6.0
"""Units: 5.7 writes to plan, claim and settle, in transactions, which count twice; the reader's
record and row are read to be ranked and claimed."""
EVENTS_A_MAIL, WRITES_AN_EVENT = 2, 20.0
"""SES tells of the sending and of the delivery; each is 10 writes, in transactions."""


def main() -> None:
    arguments = _arguments()
    if arguments.one is not None:
        print(json.dumps(_day(arguments.one)))
        return
    days = [_apart(readers) for readers in arguments.readers]
    print(json.dumps(days, indent=2))


def _apart(readers: int) -> dict[str, Any]:
    """Simulate in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, "-m", "benchmarks.scale", "--one", str(readers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _day(readers: int) -> dict[str, Any]:
    log.configure("error")
    with tempfile.TemporaryDirectory() as folder:
        planned = _plan(Path(folder), min(readers, SLICE))
        compose_s = _compose(Path(folder), planned["message"])
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ledger = FastLedger(readers)
    took_s, worked_s = send(readers, ledger, parcel=MOST_READERS, busy_s=compose_s * MOST_READERS)
    plan_s = planned["begin_s"] + readers * planned["reader_s"]
    costs = _costs(readers, plan_s=plan_s, worked_s=worked_s)
    return {
        "readers": readers,
        "planned_for_real": planned["readers"],
        "ranked_per_s": round(1 / planned["reader_s"]),
        "composed_per_s": round(1 / compose_s),
        "parcel_bytes": planned["parcel_bytes"],
        "plan_lambda_s": round(plan_s, 1),
        "plan_invocations_at_least": int(plan_s / LAMBDA_S) + 1,
        "send_minutes": round(took_s / 60, 1),
        "workers": WORKERS,
        "mails_per_s": round(readers / took_s, 1),
        "limit_per_s": SES_PER_S,
        "sent_once": ledger.sent,
        "refused_doubles": ledger.refused,
        "peak_mb": round(peak_mb),
        "usd": {name: round(each, 4) for name, each in costs.items()},
        "usd_total": round(sum(costs.values()), 4),
        "usd_per_1000": round(1000 * sum(costs.values()) / readers, 4),
    }


def _plan(folder: Path, readers: int) -> dict[str, Any]:
    """Plan readers for real; return what it took and a parcel."""
    papers = make_papers(PAPERS, 1)
    shelf = BundleShelf(FolderBundles(folder / "bundles"), cast("PaperCatalogue", None))
    history = shelf.put_history(f"{DAY}-daily", make_papers(HISTORY, 2))
    bundle = shelf.put(Bundle(issue=make_issue(papers), papers=tuple(papers), history=history))
    begin_s = _timed_plan(shelf, bundle, 50, CountingQueue())
    queue = CountingQueue()
    all_s = _timed_plan(shelf, bundle, readers, queue)
    return {
        "readers": readers,
        "begin_s": begin_s,
        "reader_s": max(1e-6, (all_s - begin_s) / (readers - 50)),
        "parcel_bytes": queue.content_bytes // max(1, queue.messages),
        "message": queue.first,
    }


def _timed_plan(shelf: BundleShelf, bundle: str, readers: int, queue: CountingQueue) -> float:
    began = time.perf_counter()
    planner = Planner(
        hours=HOURS,
        slots=cast("SlotStore", GeneratedSlots(readers, bundle)),
        ledger=cast("Ledger", NothingShown()),
        queue=queue,
        bundles=shelf,
        method=RankingMethod.BM25,
        time_left_s=lambda: LAMBDA_S,
    )
    report = planner.run(NOW)
    assert report.planned == readers
    return time.perf_counter() - began


def _compose(folder: Path, message: str) -> float:
    """Compose the mails of a parcel for real; return the seconds for one."""
    environ = {"NEWSLETTER_STORE__DATA_DIR": str(folder / "data")}
    app = App(load_settings(None, environ), clock=lambda: NOW)
    parcel = unpack(message)
    shelf = BundleShelf(FolderBundles(folder / "bundles"), cast("PaperCatalogue", None))
    catalogue = shelf.open(parcel.bundle)
    composer = app.composer_over(
        catalogue.bundle.issue, papers=catalogue, summaries=catalogue.summaries
    )
    claims = [
        Claim(delivery=each, subscriber=make_subscriber(id=each.subscriber_id))
        for each in parcel.deliveries()
        if each.picks
    ]
    began = time.perf_counter()
    for number in range(MAILS):
        claim = claims[number % len(claims)]
        composer.compose(claim.delivery, claim.subscriber)
    return (time.perf_counter() - began) / MAILS


def _costs(readers: int, *, plan_s: float, worked_s: float) -> dict[str, float]:
    parcels = readers / MOST_READERS
    gb_s = plan_s * GB["fanout"] + worked_s * GB["deliver"]
    return {
        "ses": readers * PRICES["ses_mail"],
        "lambda": gb_s * PRICES["lambda_gb_s"] + (parcels + 24) * PRICES["lambda_call"],
        "sqs": 3 * parcels * PRICES["sqs_request"],
        "dynamodb": readers
        * (WRITES_A_MAIL * PRICES["dynamodb_write"] + READS_A_MAIL * PRICES["dynamodb_read"]),
        "events": readers
        * EVENTS_A_MAIL
        * (WRITES_AN_EVENT * PRICES["dynamodb_write"] + PRICES["sns_request"]),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
