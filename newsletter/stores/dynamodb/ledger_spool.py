"""Hold the deliveries of an issue beside the ledger until all of them are made.

Ranking may take minutes while it yields deliveries, and may fail. They wait in a temporary file,
so that memory does not grow with their number.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from newsletter.model import Delivery, Issue
from newsletter.model.transitions import FIRST_STATES
from newsletter.stores.codec import encode_picks, to_instant
from newsletter.stores.dynamodb.packing import pack

_IN_MEMORY_BYTES: Final = 4_000_000

Spooled = tuple[str, dict[str, Any]]
"""The id of a delivery, and its row's attributes."""


@contextmanager
def spooled(issue: Issue, deliveries: Iterable[Delivery]) -> Iterator[Iterator[Spooled]]:
    """Read all deliveries, then lend them as rows for the time of the block.

    Raises:
        ValueError: a delivery is of another issue, or in a state in which none begins.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
        for delivery in deliveries:
            file.write(json.dumps(_checked(delivery, issue)).encode() + b"\n")
        file.seek(0)
        yield _rows(file, issue)


def _checked(delivery: Delivery, issue: Issue) -> dict[str, Any]:
    if delivery.issue_id != issue.id:
        raise ValueError(f"a delivery of {delivery.issue_id} cannot be planned with {issue.id}")
    if delivery.state not in FIRST_STATES:
        raise ValueError(f"a delivery cannot be planned as {delivery.state}")
    return {
        "id": delivery.id,
        "reader": delivery.subscriber_id,
        "picks": encode_picks(delivery.picks),
        "matched": delivery.matched,
        "state": delivery.state.value,
        "reason": delivery.reason,
    }


def _rows(file: IO[bytes], issue: Issue) -> Iterator[Spooled]:
    planned_at = to_instant(issue.created_at)
    for line in file:
        item = json.loads(line)
        delivery_id, picks = item.pop("id"), pack(item.pop("picks"))
        more = {"issue": issue.id, "picks": picks, "attempt": 0, "planned_at": planned_at}
        yield delivery_id, {**item, **more}
