"""A process of its own at DynamoDB: ``python -m tests.servers.dynamo_process TASK URL``.

It says ``ready``, waits for a line, does its task, and prints what it got, one per line.
"""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from newsletter.model import DeliveryState, Receipt, Settlement
from newsletter.stores.dynamodb.client import Dynamo, Link
from newsletter.stores.dynamodb.pace import DynamoPace
from newsletter.stores.dynamodb.store import DynamoStore, open_store
from tests.contract.stores.values import ISSUE_ID, KEY, make_delivery
from tests.factories import NOW, make_issue
from tests.servers.moto_server import REGION

RATE = 100.0
READERS = 120
AWAKE_S = 0.2
"""How long before its last moment a sender is there again, on a machine that has more to do."""


def plan(store: DynamoStore) -> Iterator[str]:
    """Plan all deliveries; yield how many were new."""
    deliveries = (make_delivery(number) for number in range(1, READERS + 1))
    yield str(store.ledger.plan(make_issue(), deliveries))


def claim(store: DynamoStore) -> Iterator[str]:
    """Claim the same parcels as others do, and settle; yield the ids."""
    until = datetime.now(UTC) + timedelta(minutes=5)
    receipt = Receipt(provider_id="x", accepted_at=NOW)
    ids = [make_delivery(number).id for number in range(1, READERS + 1)]
    for start in range(0, READERS, 30):
        parcel = ids[start : start + 30]
        while claims := store.ledger.claim(ISSUE_ID, limit=10, lease_until=until, only=parcel):
            settled = store.ledger.settle_all(
                [Settlement(claim=one, state=DeliveryState.SENT, receipt=receipt) for one in claims]
            )
            yield from (
                one.delivery.id for one, is_ours in zip(claims, settled, strict=True) if is_ours
            )


def reserve(pace: DynamoPace) -> Iterator[str]:
    """Reserve moments like a sender, when the last are used; yield when each is, in seconds."""
    ends_at = time.time() + 2.5
    while time.time() < ends_at:
        waits = pace.reserve(5, per_second=RATE)
        now = time.time()
        yield from (repr(now + wait_s) for wait_s in waits)
        time.sleep(max(0.0, waits[-1] - AWAKE_S))


def main(task: str, url: str) -> None:
    """Do one task."""
    link = Link(region=REGION, endpoint_url=url)
    tasks: dict[str, Callable[[DynamoStore], Iterator[str]]] = {
        "plan": plan,
        "claim": claim,
        "reserve": lambda store: reserve(DynamoPace(store.dynamo, "ledger")),
    }
    with open_store(link, table="main", ledger_table="ledger", address_key=KEY) as store:
        patient = Dynamo(store.dynamo.sdk, tries=20)
        with DynamoStore(patient, table="main", ledger_table="ledger", address_key=KEY) as opened:
            print("ready", flush=True)  # noqa: T201 - this is how the test hears of it
            sys.stdin.readline()
            print(*tasks[task](opened), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
