"""Open the store on DynamoDB: two tables with papers, people and the ledger."""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

from newsletter.errors import StoreError
from newsletter.stores.dynamodb.actions import put
from newsletter.stores.dynamodb.archive import DynamoArchive
from newsletter.stores.dynamodb.client import Dynamo, Link, connect
from newsletter.stores.dynamodb.events import DynamoEvents
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.feedback import DynamoFeedback
from newsletter.stores.dynamodb.gate import DynamoGate
from newsletter.stores.dynamodb.ledger import DynamoLedger
from newsletter.stores.dynamodb.ledger_events import DynamoDeliveryRows
from newsletter.stores.dynamodb.ledger_part import LedgerParts
from newsletter.stores.dynamodb.moves import DynamoMoves
from newsletter.stores.dynamodb.notices import DynamoNotices
from newsletter.stores.dynamodb.pace import DynamoPace
from newsletter.stores.dynamodb.papers import DynamoPapers
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.readers import DynamoReaders
from newsletter.stores.dynamodb.slots import DynamoSlots
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.summaries import DynamoSummaries
from newsletter.stores.dynamodb.suppressions import DynamoSuppressions
from newsletter.stores.dynamodb.tables import key
from subscribers.address import keyed_hash
from subscribers.model import Subscriber

_MARK: Final = key("MARKS", "address_key")
_KEY_MARK: Final = "address_key"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DynamoStore:
    """Papers, ledger and subscribers in two tables. May be used from several threads.

    Attributes:
        dynamo: the client.
        table, ledger_table: the names of MAIN and LEDGER.
        rows: mails as events and the rights of readers see them.
        people: the people's part of MAIN.
        papers, archive, ledger, subscribers, events, suppressions, summaries, slots: the ports.
        readers, notices, moves, feedback: the ports of what readers do by links.
    """

    def __init__(
        self,
        dynamo: Dynamo,
        *,
        table: str,
        ledger_table: str,
        address_key: bytes,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.dynamo = dynamo
        self.table = table
        self.ledger_table = ledger_table
        self.people = people = People(dynamo=dynamo, table=table, address_key=address_key)
        parts = LedgerParts(
            dynamo=dynamo,
            table=ledger_table,
            readers=lambda ids: _readers(people, ids),
            heard_of=self._heard_of,
            clock=clock,
        )
        self.rows = rows = DynamoDeliveryRows(parts)
        self.papers = DynamoPapers(dynamo, table)
        self.archive = DynamoArchive(dynamo, table, self.papers)
        self.ledger = DynamoLedger(parts)
        self.subscribers = DynamoSubscribers(people)
        self.events = DynamoEvents(people, deliveries=rows)
        self.suppressions = DynamoSuppressions(people)
        self.summaries = DynamoSummaries(dynamo, table)
        self.slots = DynamoSlots(people)
        self.notices = DynamoNotices(people)
        self.moves = DynamoMoves(people)
        self.feedback = DynamoFeedback(people)
        self.readers = DynamoReaders(
            people, subscribers=self.subscribers, notices=self.notices, deliveries=rows
        )

    def pace(self, *, account: str = "default") -> DynamoPace:
        """Return what keeps the sending rate of an account over all workers."""
        return DynamoPace(self.dynamo, self.ledger_table, account=account)

    def gate(self, min_interval_s: float) -> DynamoGate:
        """Return what keeps the pace of requests to arXiv over all who read it."""
        return DynamoGate(self.dynamo, self.table, min_interval_s)

    def check(self) -> None:
        """Do nothing: tables are known to be gone when they are asked."""

    def close(self) -> None:
        """Close the connections."""
        self.dynamo.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _heard_of(self, delivery_ids: Sequence[str]) -> Collection[str]:
        return {each for each in delivery_ids if self.events.was_kept(each)}


def open_store(
    link: Link,
    *,
    table: str,
    ledger_table: str,
    address_key: bytes,
    clock: Callable[[], datetime] = _utc_now,
) -> DynamoStore:
    """Open the store; the tables must be there.

    Args:
        link: how to reach DynamoDB.
        table: the name of the table of people and papers.
        ledger_table: the name of the table of deliveries.
        address_key: secret of at least 16 bytes under which addresses are hashed; always the
            same for one table.
        clock: tells when closed rows may go.

    Raises:
        StoreError: it cannot be reached, there is no such table, or it was made with another key.
    """
    dynamo = connect(link)
    try:
        _check_key(dynamo, table, address_key)
    except BaseException:
        dynamo.close()
        raise
    return DynamoStore(
        dynamo, table=table, ledger_table=ledger_table, address_key=address_key, clock=clock
    )


def _readers(people: People, subscriber_ids: Sequence[str]) -> Mapping[str, Subscriber]:
    stored = people.read_all(subscriber_ids)
    return {subscriber_id: each.subscriber for subscriber_id, each in stored.items()}


def _check_key(dynamo: Dynamo, table: str, address_key: bytes) -> None:
    """Refuse another key than the first: under it nobody would be found, and added twice."""
    ours = keyed_hash(_KEY_MARK, address_key)
    mark = dynamo.get(table, _MARK) or _first_mark(dynamo, table, ours)
    if not hmac.compare_digest(str(mark.get("mark")), ours):
        raise StoreError(
            f"the table {table}: it was made with another address key: restore the secret it was "
            "made with"
        )


def _first_mark(dynamo: Dynamo, table: str, ours: str) -> Mapping[str, object]:
    mark = {"mark": ours}
    try:
        dynamo.write(put(table, _MARK, mark, condition="attribute_not_exists(pk)"))
    except ConditionFailedError as error:
        return error.found[0] or {}
    return mark
