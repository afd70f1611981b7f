"""Store what an import brings, many records at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from subscribers.address import mask
from subscribers.errors import SubscriberError, SuppressedAddressError
from subscribers.interests import Interests
from subscribers.model import Subscriber
from subscribers.ports import SubscriberStore
from subscribers.transfer.outcome import Outcome, OutcomeKind, Row, UnreadableRow
from subscribers.transfer.taking import take_rows

BATCH_ROWS: Final = 1_000
"""So many rows are written together: a write that has to be durable takes milliseconds."""

_Write = Callable[[Sequence[Subscriber]], tuple[SubscriberError | None, ...]]


def store_rows(
    rows: Iterable[Row | UnreadableRow],
    subscribers: SubscriberStore,
    *,
    template: Interests,
    new_id: Callable[[], str],
    now: datetime,
) -> Iterator[Outcome]:
    """Store what each row asks for; yield what became of it, in the order of the file.

    An outcome that was yielded is durable. Nobody is added or changed who was suppressed or
    changed while the file was read: that is a refusal of the row.

    Args:
        rows: as ``read_rows`` gives them.
        subscribers: where they go.
        template: the interests of new readers, where the row has none.
        new_id: makes a ULID.
        now: when the operator vouched for the new readers' consent.
    """
    batch = _Batch(subscribers)
    for outcome in take_rows(rows, find=batch.find, template=template, new_id=new_id, now=now):
        batch.put(outcome)
        if batch.is_full:
            yield from batch.store()
    yield from batch.store()


class _Batch:
    """Outcomes whose records wait to be written together, each address once."""

    def __init__(self, subscribers: SubscriberStore) -> None:
        self._subscribers = subscribers
        self._outcomes: list[Outcome] = []
        self._waiting: dict[str, int] = {}

    @property
    def is_full(self) -> bool:
        return len(self._outcomes) >= BATCH_ROWS

    def find(self, address: str) -> Subscriber | None:
        """Look an address up as if all that waits were written."""
        if address.casefold() in self._waiting:
            self._write()
        return self._subscribers.find(address)

    def put(self, outcome: Outcome) -> None:
        """Keep an outcome; its record waits."""
        if outcome.subscriber is not None:
            self._waiting[outcome.subscriber.address.casefold()] = len(self._outcomes)
        self._outcomes.append(outcome)

    def store(self) -> list[Outcome]:
        """Write what waits; return what became of each row since the last time."""
        self._write()
        outcomes, self._outcomes = self._outcomes, []
        return outcomes

    def _write(self) -> None:
        self._write_all(OutcomeKind.ADDED, self._subscribers.add_all)
        self._write_all(OutcomeKind.UPDATED, self._subscribers.save_all)
        self._waiting.clear()

    def _write_all(self, kind: OutcomeKind, write: _Write) -> None:
        places = [place for place in self._waiting.values() if self._outcomes[place].kind is kind]
        records = [record for place in places if (record := self._outcomes[place].subscriber)]
        for place, record, refusal in zip(places, records, write(records), strict=True):
            if refusal is not None:
                line = self._outcomes[place].line
                self._outcomes[place] = Outcome(
                    kind=OutcomeKind.REFUSED, line=line, reason=_why(record, refusal)
                )


def _why(record: Subscriber, refusal: SubscriberError) -> str:
    if isinstance(refusal, SuppressedAddressError):
        return str(refusal)
    return f"{mask(record.address)} changed meanwhile: import the row again"
