"""What all stores of people share: the table, the secret of the hashes, and records as read."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from newsletter.errors import StoreError
from newsletter.model.slot import LocalHour, local_hour_of
from newsletter.stores.dynamodb.actions import delete, put
from newsletter.stores.dynamodb.client import Dynamo, nap
from newsletter.stores.dynamodb.codec import subscriber_from_item
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.tables import address_key, hour_key, reader_key, reader_pk
from subscribers.address import keyed_hash
from subscribers.model import Subscriber, SubscriberState

MOST_OF_READER: Final = 20_000
"""How many votes and the like of one reader are looked at, at most."""
RACES: Final = 8
"""How often something is read and changed anew when others change it meanwhile."""
_LONGEST_WAIT: Final = 3

_Result = TypeVar("_Result")


class Stored(NamedTuple):
    """A record as it is stored, and the hash of its address."""

    subscriber: Subscriber
    address_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people's part of MAIN.

    Attributes:
        table: MAIN.
        address_key: secret of at least 16 bytes; always the same for one table.
        hours: what is known to be written of the list of local hours.
        days: what is known to be written of the list of days with events.
    """

    dynamo: Dynamo
    table: str
    address_key: bytes
    hours: set[LocalHour] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    def hash_of(self, address: str) -> str:
        """Return the keyed hash of a normalised address."""
        return keyed_hash(address, self.address_key)

    def read(self, subscriber_id: str) -> Stored | None:
        """Return the record of this id."""
        return self.read_all([subscriber_id]).get(subscriber_id)

    def read_all(self, subscriber_ids: Iterable[str]) -> dict[str, Stored]:
        """Return the records of these ids, by id."""
        items = self.dynamo.get_all(self.table, map(reader_key, subscriber_ids)).values()
        return {
            item["id"]: Stored(subscriber_from_item(item), item["address_hash"]) for item in items
        }

    def of_reader(self, subscriber_id: str, prefix: str) -> Iterator[dict[str, Any]]:
        """Yield what hangs on a reader's record under keys that begin so, in their order."""
        condition, values = "pk = :pk", {"pk": reader_pk(subscriber_id)}
        if prefix:
            condition, values = (
                f"{condition} AND begins_with(sk, :prefix)",
                values | {"prefix": prefix},
            )
        after, left = None, MOST_OF_READER
        while left > 0:
            page = self.dynamo.query(self.table, condition, values=values, after=after)
            yield from page.items
            after, left = page.after, left - len(page.items)
            if after is None:
                return

    def forget_if_free(self, address_hash: str) -> None:
        """Leave no trace of an address that nobody has and of which nothing else is known."""
        parts = ("reader", "reason", "pause_since")
        condition = " AND ".join(f"attribute_not_exists({part})" for part in parts)
        with suppress(ConditionFailedError):
            self.dynamo.write(delete(self.table, address_key(address_hash), condition=condition))

    def note_hours(self, subscribers: Iterable[Subscriber]) -> None:
        """Write down the local hours of those who are ACTIVE, before their records."""
        wanted = {
            local_hour_of(each) for each in subscribers if each.state is SubscriberState.ACTIVE
        }
        new = wanted - self.hours
        self.dynamo.write_all([put(self.table, hour_key(each), {}) for each in new])
        self.hours.update(new)


def repeated(attempt: Callable[[], _Result], *, wait: Callable[[int], None] = nap) -> _Result:
    """Run something that reads and then writes on the condition that nothing has changed.

    Where something has, it is run again after a short while.

    Raises:
        StoreError: others changed it each time.
    """
    for waited in range(RACES):
        try:
            return attempt()
        except ConditionFailedError:
            wait(min(waited, _LONGEST_WAIT))
    raise StoreError("the store on DynamoDB: others change the same record all the time: run again")
