"""A process of its own at the store: ``python -m tests.servers.ledger_process TASK DATABASE``.

It says ``ready``, waits for a line, does its task, and prints what it got, one per line.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.model import DeliveryState, Receipt
from newsletter.stores.sqlite import SqliteGate, SqliteStore, open_store
from newsletter.stores.sqlite.pace import SqlitePace
from tests.contract.stores.values import ISSUE_ID, KEY, make_delivery
from tests.factories import NOW, make_issue, make_paper


def plan(store: SqliteStore) -> Iterator[str]:
    """Plan 300 deliveries; yield how many were new."""
    yield str(store.ledger.plan(make_issue(), (make_delivery(number) for number in range(1, 301))))


def claim(store: SqliteStore) -> Iterator[str]:
    """Claim and settle until nothing is left; yield the ids."""
    until = datetime.now(UTC) + timedelta(minutes=5)
    receipt = Receipt(provider_id="x", accepted_at=NOW)
    while claims := store.ledger.claim(ISSUE_ID, limit=1, lease_until=until):
        for one in claims:
            if store.ledger.settle(one, DeliveryState.SENT, receipt=receipt):
                yield one.delivery.id


def save(store: SqliteStore) -> Iterator[str]:
    """Save the same 50 papers 20 times over."""
    for _ in range(20):
        store.papers.save_announcement((make_paper(number) for number in range(50)), [])
    yield "saved"


def opened(store: SqliteStore) -> Iterator[str]:
    """Have opened the store."""
    yield str(store.papers.last_issue_day())


def pace(path: Path) -> Iterator[str]:
    """Pass the gate four times; yield when, in seconds."""
    gate = SqliteGate(path, 0.1)
    for _ in range(4):
        gate.wait()
        yield repr(time.time())
    gate.close()


def reserve(path: Path) -> Iterator[str]:
    """Reserve 40 moments at 50 a second, four at once; yield when each is, in seconds."""
    shared = SqlitePace(path)
    for _ in range(10):
        waits = shared.reserve(4, per_second=50)
        now = time.monotonic()
        yield from (repr(now + wait_s) for wait_s in waits)
    shared.close()


def main(task: str, path: Path) -> None:
    """Do one task."""
    print("ready", flush=True)  # noqa: T201 - this is how the test hears of it
    sys.stdin.readline()
    if task in {"pace", "reserve"}:
        print(*(pace(path) if task == "pace" else reserve(path)), sep="\n")  # noqa: T201
        return
    tasks: dict[str, Callable[[SqliteStore], Iterator[str]]] = {
        "plan": plan,
        "claim": claim,
        "save": save,
        "open": opened,
    }
    with open_store(path, address_key=KEY) as store:
        print(*tasks[task](store), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
