"""Live a day of a whole deployment on loopback, and break things in it. Prints one JSON object.

Emulated AWS with the tables and queues of the template, a fake SES, the functions as processes
with AWS's own runtime client, a pump from the queue. One worker is killed twice, one message in
ten comes twice, the schedule fires twice. Fails when something did not hold.
``python -m benchmarks.aws [--readers N] [--rate N]``
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from newsletter.stores.dynamodb.store import DynamoStore
from tests.e2e.aws.announcing import announce_today, readers_at
from tests.e2e.aws.deployment import Deployment, deployed
from tests.servers.moto_server import ENVIRONMENT, running_moto

WORKERS = 3
KILLS = (("after_send:40", "after_claim:3"),)
ADDED_AT_ONCE = 500
LEASE_S = 10
MOST_REQUESTS = 3


def main() -> None:
    arguments = _arguments()
    os.environ.update(ENVIRONMENT)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_moto() as moto,
        deployed(
            moto,
            Path(folder),
            workers=WORKERS,
            failpoints=KILLS,
            NEWSLETTER_DELIVERY__LEASE_S=str(LEASE_S),
            NEWSLETTER_DELIVERY__RESEND_SILENT="true",
            NEWSLETTER_LOG__LEVEL="warning",
        ) as made,
        made.open_store() as store,
    ):
        made.ses.account.max_per_second = arguments.rate
        made.doubled = 10
        figures = _live(made, store, arguments.readers)
    held = _said(figures)
    print(json.dumps({**figures, "held": held}, indent=2))
    sys.exit(not all(held.values()))


def _live(made: Deployment, store: DynamoStore, number: int) -> dict[str, Any]:
    took_s: dict[str, float] = {}
    day, at = announce_today(made)
    took_s["add"] = _timed(lambda: _add(store, number))
    prepared: list[str] = []
    took_s["prepare"] = _timed(
        lambda: prepared.extend(made.call_at("prepare", at)["state"] for _ in range(2))
    )
    made.moto.forget()
    fanout_at = at + timedelta(hours=12)
    took_s["fanout"] = _timed(lambda: [made.call_at("fanout", fanout_at) for _ in range(2)])
    planned = made.moto.counts()
    made.moto.forget()
    took_s["pump"] = _timed(made.pump)
    requests = made.moto.counts()
    took_s["settle"] = _timed(lambda: _settle(made, at))
    counts = store.ledger.count_by_state(f"{day}-daily")
    mails = made.mails()
    return {
        "readers": number,
        "prepared": prepared,
        "mails": sum(mails.values()),
        "readers_with_one_mail": sum(each == 1 for each in mails.values()),
        "readers_with_more": sum(each > 1 for each in mails.values()),
        "ledger": {state.value: each for state, each in counts.items()},
        "kills": made.kills,
        "messages_carried": made.messages,
        "dead_letters": len(made.dead_letters()),
        "took_s": {name: round(seconds, 1) for name, seconds in took_s.items()},
        "mails_per_s": round(number / took_s["pump"], 1),
        "limit_per_s": made.ses.account.max_per_second,
        "most_in_one_second": made.ses.taken.most,
        "fanout_requests_per_mail": round(sum(planned.values()) / number, 2),
        "requests_per_mail": round(sum(requests.values()) / number, 2),
        "requests": requests,
    }


def _add(store: DynamoStore, number: int) -> None:
    readers = readers_at(number, hours=(6, 7, 8, 9, 18))
    for start in range(0, number, ADDED_AT_ONCE):
        store.subscribers.add_all(readers[start : start + ADDED_AT_ONCE])


def _said(figures: Mapping[str, Any]) -> dict[str, bool]:
    """Return what is said of a deployment, and whether it held."""
    number, ledger = figures["readers"], figures["ledger"]
    return {
        "each_reader_has_one_mail": figures["readers_with_one_mail"] == number == figures["mails"],
        "the_ledger_accounts_for_all": ledger == {"delivered": number},
        "two_kills": figures["kills"] == 2,
        "no_dead_letters": figures["dead_letters"] == 0,
        "the_rate_held": figures["most_in_one_second"] <= figures["limit_per_s"],
        "at_most_3_requests_per_mail": figures["fanout_requests_per_mail"]
        + figures["requests_per_mail"]
        <= MOST_REQUESTS,
    }


def _settle(made: Deployment, at: datetime) -> None:
    """Let the hours after that go by: events come, what the dead left is found and sent.

    The readers of the evening prove that events do come: without that nothing is sent again.
    """
    made.tell_events()
    time.sleep(LEASE_S)
    made.call_at("fanout", at + timedelta(hours=13))
    made.pump()
    for hour in range(14, 17):
        made.tell_events()
        time.sleep(LEASE_S)
        made.call_at("fanout", at + timedelta(hours=max(hour, _hours_until_now(at) + hour - 13)))
        made.pump()
    made.tell_events()


def _hours_until_now(at: datetime) -> int:
    return int((datetime.now(at.tzinfo) - at) / timedelta(hours=1)) + 1


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--readers",
        type=int,
        default=10_000,
        help="of fewer than 800 a worker may die in the evening, after which nothing proves events",
    )
    parser.add_argument("--rate", type=float, default=80.0, help="what SES allows, per second")
    return parser.parse_args()


if __name__ == "__main__":
    main()
