"""Readers and what proves their wishes on DynamoDB: written together, erased together."""

import secrets
import time
from collections.abc import Sequence, Set
from datetime import datetime
from functools import partial
from itertools import islice

from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.dynamodb.actions import Action, delete, put, set_to
from newsletter.stores.dynamodb.client import MOST_KEYS
from newsletter.stores.dynamodb.delivery_rows import DeliveryRows
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import RESUME, entries
from newsletter.stores.dynamodb.moves import move_key
from newsletter.stores.dynamodb.notices import DynamoNotices
from newsletter.stores.dynamodb.people import People, repeated
from newsletter.stores.dynamodb.record_actions import RecordChange, list_actions
from newsletter.stores.dynamodb.standings import Known, erasure_actions, read_known
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.tables import address_key, key, reader_key, reader_pk
from subscribers import suppression as policy
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.model import Subscriber, SubscriberState
from subscribers.notices import Notice
from subscribers.privacy import Received
from subscribers.suppression import SuppressionReason


class DynamoReaders:
    """``subscribers.ports.ReaderStore`` on DynamoDB."""

    def __init__(
        self,
        people: People,
        *,
        subscribers: DynamoSubscribers,
        notices: DynamoNotices,
        deliveries: DeliveryRows,
    ) -> None:
        self._people = people
        self._table = people.table
        self._subscribers = subscribers
        self._notices = notices
        self._deliveries = deliveries

    def apply(self, change: ReaderChange) -> Subscriber:
        """Write the record, its consent entry and its notices, all or nothing."""
        return repeated(partial(self._apply, change), wait=self._people.dynamo.wait)

    def consents(self, subscriber_id: str) -> tuple[ConsentEntry, ...]:
        """Return the log of one reader, oldest first."""
        return tuple(
            ConsentEntry(
                subscriber_id=subscriber_id,
                act=ConsentAct(item["act"]),
                at=from_instant(item["at"]),
                evidence=Evidence(
                    page=item["page"], wording=item["wording"], network=item["network"]
                ),
            )
            for item in self._people.of_reader(subscriber_id, "C#")
        )

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""
        return self._deliveries.received(subscriber_id, limit=limit)

    def erase(self, subscriber_id: str, entry: ConsentEntry) -> None:
        """Forget a reader; what stays is the keyed hash of the address, suppressed as ERASED.

        What hangs on the record goes first and once more afterwards, so that a crash leaves
        nothing that erasing again would not find.
        """
        self._forget_acts(subscriber_id)
        erase = partial(self._erase_record, subscriber_id, entry)
        if repeated(erase, wait=self._people.dynamo.wait):
            self._forget_acts(subscriber_id)
        self._deliveries.forget_reader(subscriber_id)

    def due_to_resume(self, *, limit: int) -> tuple[Subscriber, ...]:
        """Return paused readers whose pause has an end, the earliest end first."""
        found = entries(self._people.dynamo, self._table, RESUME, most=limit)
        ids = [str(entry["sk"]).partition("#")[2] for entry in found]
        stored = self._people.read_all(ids)
        return tuple(stored[each].subscriber for each in ids if each in stored)

    def forget_unconfirmed(self, before: datetime) -> int:
        """Delete those who asked before an instant and never confirmed; return how many."""
        count = 0
        pending = self._subscribers.list_by_state(SubscriberState.PENDING)
        while portion := list(islice(pending, MOST_KEYS)):
            old = [each for each in portion if each.created_at < before]
            count += sum(self._forget_if_silent(each, before) for each in old)
        return count

    def _apply(self, change: ReaderChange) -> Subscriber:
        """Write a change; ``ConditionFailedError`` when only its notices met others."""
        record = self._record(change)
        written = record.actions(self._table)
        self._people.note_hours([record.subscriber])
        actions = [*written, *_logging(self._table, change.entry)]
        in_time, late = self._split(change.notices)
        targets = {action.target for action in written}
        for notice in in_time:
            actions += self._queueing(notice, record, targets)
        try:
            self._people.dynamo.transact(actions)
        except ConditionFailedError as error:
            if any(error.failed[: len(written)]):
                raise record.refusal(error) from error
            raise
        self._subscribers.forget_left(record)
        for notice in late:
            self._notices.queue(notice)
        return record.subscriber

    def _split(self, notices: Sequence[Notice]) -> tuple[list[Notice], list[Notice]]:
        """Tell the first notice to each address from the others, which are counted after it."""
        first = {self._people.hash_of(each.address): each for each in reversed(notices)}
        in_time = list(first.values())
        return in_time, [each for each in notices if each not in in_time]

    def _queueing(
        self, notice: Notice, record: RecordChange, targets: Set[tuple[str, str, str]]
    ) -> tuple[Action, ...]:
        """Return the writes of a notice, beside those of the record it goes with."""
        address_hash = self._people.hash_of(notice.address)
        place = address_key(address_hash)
        is_suppressed: bool | None = None
        if (self._table, place["pk"], place["sk"]) in targets:
            known = read_known(self._people, [address_hash])[address_hash]
            is_suppressed = known.standing.suppression is not None or (
                record.subscriber.state is SubscriberState.SUPPRESSED
                and address_hash == record.address_hash
            )
        return self._notices.queueing(notice, is_suppressed=is_suppressed).actions

    def _record(self, change: ReaderChange) -> RecordChange:
        if change.is_new:
            return self._subscribers.addition(change.subscriber)
        stored = self._people.read(change.subscriber.id)
        return self._subscribers.change(change.subscriber, stored)

    def _erase_record(self, subscriber_id: str, entry: ConsentEntry) -> bool:
        """Take the record away and suppress its address for good; False when there is none."""
        stored = self._people.read(subscriber_id)
        if stored is None:
            return False
        known = read_known(self._people, [stored.address_hash])[stored.address_hash]
        alone = Known(item=known.item).standing
        after = policy.suppress(alone, SuppressionReason.ERASED, now=entry.at)
        gone = delete(
            self._table,
            reader_key(subscriber_id),
            condition="revision = :seen",
            values={"seen": stored.subscriber.revision},
        )
        actions = [gone, *list_actions(self._table, stored.subscriber, None)]
        actions += erasure_actions(self._table, stored.address_hash, known, after)
        self._people.dynamo.transact([*actions, *_logging(self._table, entry)])
        return True

    def _forget_acts(self, subscriber_id: str) -> None:
        """Delete votes, notices and the change of address; consents lose where they came from."""
        items = list(self._people.of_reader(subscriber_id, ""))
        notices = [str(item["sk"])[2:] for item in items if item["sk"].startswith("N#")]
        self._notices.erase(notices)
        gone = [item for item in items if item["sk"] == "M" or item["sk"].startswith("V#")]
        pointers = [move_key(item["id"]) for item in gone if item["sk"] == "M"]
        places = [*pointers, *(key(item["pk"], item["sk"]) for item in gone)]
        self._people.dynamo.write_all([delete(self._table, place) for place in places])
        for item in items:
            if item.get("network"):
                place = key(item["pk"], item["sk"])
                self._people.dynamo.write(set_to(self._table, place, {"network": ""}))

    def _forget_if_silent(self, subscriber: Subscriber, before: datetime) -> bool:
        if any(entry.at >= before for entry in self.consents(subscriber.id)):
            return False
        return self._subscribers.remove_as_read(subscriber)


def _log_key(entry: ConsentEntry) -> Item:
    """Return a new place in the log: by instant, and of one instant in the order of writing."""
    unique = f"{time.time_ns():020}{secrets.token_hex(2)}"
    return key(reader_pk(entry.subscriber_id), f"C#{to_instant(entry.at)}#{unique}")


def _logging(table: str, entry: ConsentEntry | None) -> tuple[Action, ...]:
    if entry is None:
        return ()
    item = {
        "act": entry.act.value,
        "at": to_instant(entry.at),
        "page": entry.evidence.page,
        "wording": entry.evidence.wording,
        "network": entry.evidence.network,
    }
    return (put(table, _log_key(entry), item),)
