"""Subscribers on DynamoDB, found by a keyed hash of their address."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from newsletter.stores.dynamodb.batches import write_each
from newsletter.stores.dynamodb.client import MOST_KEYS
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.lists import ids_in_states
from newsletter.stores.dynamodb.people import People, Stored, repeated
from newsletter.stores.dynamodb.record_actions import RecordChange, removal_actions, stale
from newsletter.stores.dynamodb.tables import address_key
from subscribers.errors import SubscriberError, UnknownSubscriberError
from subscribers.model import Subscriber, SubscriberState

NOBODY: Final = "there is no subscriber of this id"


class DynamoSubscribers:
    """``subscribers.ports.SubscriberStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people

    def add(self, subscriber: Subscriber) -> None:
        """Add a new record, and take its address, in one transaction.

        Raises:
            DuplicateSubscriberError: the address is known.
            SuppressedAddressError: the address is suppressed, and the record says otherwise.
        """
        self._write(self.addition(subscriber))

    def save(self, subscriber: Subscriber) -> Subscriber:
        """Write a changed record; return it with its next revision.

        Raises:
            StaleRevisionError: the stored revision is not ``subscriber.revision``.
            UnknownSubscriberError: no such id.
            DuplicateSubscriberError: the new address belongs to somebody else.
            SuppressedAddressError: the address is suppressed, and the record says otherwise.
        """
        change = self.change(subscriber, self._people.read(subscriber.id))
        self._write(change)
        return change.subscriber

    def add_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Add some records, about 30 in a request; return for each why it was not taken."""
        changes = [self.addition(each) for each in subscribers]
        return self._write_all(changes, lambda number: self.add(subscribers[number]))

    def save_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Write some changed records, in the manner of ``add_all``."""
        stored = self._people.read_all(each.id for each in subscribers)
        changes: list[RecordChange | SubscriberError] = []
        for each in subscribers:
            try:
                changes.append(self.change(each, stored.get(each.id)))
            except SubscriberError as error:
                changes.append(error)
        return self._write_all(changes, lambda number: self.save(subscribers[number]))

    def get(self, subscriber_id: str) -> Subscriber | None:
        """Return the subscriber of this id."""
        stored = self._people.read(subscriber_id)
        return stored.subscriber if stored else None

    def find(self, address: str) -> Subscriber | None:
        """Return the subscriber of this normalised address, by its keyed hash."""
        people = self._people
        address_hash = people.hash_of(address)
        known = people.dynamo.get(people.table, address_key(address_hash)) or {}
        stored = people.read(known["reader"]) if "reader" in known else None
        # Between the two reads the record may have moved to another address.
        return stored.subscriber if stored and stored.address_hash == address_hash else None

    def list_by_state(self, *states: SubscriberState) -> Iterator[Subscriber]:
        """Yield subscribers in these states (all when none is named), ordered by id."""
        people = self._people
        wanted = states or tuple(SubscriberState)
        ids = ids_in_states(people.dynamo, people.table, wanted)
        while portion := list(islice(ids, MOST_KEYS)):
            stored = people.read_all(portion)
            found = (stored[each].subscriber for each in portion if each in stored)
            yield from (each for each in found if each.state in wanted)

    def remove(self, subscriber_id: str) -> None:
        """Delete the record; raise ``UnknownSubscriberError`` if there is none."""
        repeated(lambda: self._remove(subscriber_id), wait=self._people.dynamo.wait)

    def remove_as_read(self, subscriber: Subscriber) -> bool:
        """Delete a record unless it has changed since it was read; tell whether it was deleted."""
        remove = partial(self._remove, subscriber.id, revision=subscriber.revision)
        try:
            return repeated(remove, wait=self._people.dynamo.wait)
        except UnknownSubscriberError:
            return False

    def addition(self, subscriber: Subscriber) -> RecordChange:
        """Return what adding a record is made of."""
        return RecordChange(
            subscriber=subscriber, address_hash=self._people.hash_of(subscriber.address)
        )

    def change(self, subscriber: Subscriber, stored: Stored | None) -> RecordChange:
        """Return what saving a record is made of.

        Raises:
            StaleRevisionError: the stored revision is not ``subscriber.revision``.
            UnknownSubscriberError: nothing is stored.
        """
        if stored is None:
            raise UnknownSubscriberError(NOBODY)
        if stored.subscriber.revision != subscriber.revision:
            raise stale(subscriber, stored.subscriber.revision)
        return RecordChange(
            subscriber=replace(subscriber, revision=subscriber.revision + 1),
            address_hash=self._people.hash_of(subscriber.address),
            before=stored.subscriber,
            hash_before=stored.address_hash,
        )

    def forget_left(self, change: RecordChange) -> None:
        """Forget the address that a written change has left."""
        if change.hash_before not in (None, change.address_hash):
            self._people.forget_if_free(str(change.hash_before))

    def _write(self, change: RecordChange) -> None:
        self._people.note_hours([change.subscriber])
        try:
            self._people.dynamo.transact(change.actions(self._people.table))
        except ConditionFailedError as error:
            raise change.refusal(error) from error
        self.forget_left(change)

    def _write_all(
        self,
        changes: Sequence[RecordChange | SubscriberError],
        alone: Callable[[int], object],
    ) -> tuple[SubscriberError | None, ...]:
        """Write several; those that are refused once more by themselves, to learn why."""
        answers = [each if isinstance(each, SubscriberError) else None for each in changes]
        wanted = {
            number: each for number, each in enumerate(changes) if isinstance(each, RecordChange)
        }
        self._people.note_hours(each.subscriber for each in wanted.values())
        table = self._people.table
        groups = {number: each.actions(table) for number, each in wanted.items()}
        refused = write_each(self._people.dynamo, groups)
        for number in wanted.keys() - set(refused):
            self.forget_left(wanted[number])
        for number in refused:
            try:
                alone(number)
            except SubscriberError as error:
                answers[number] = error
        return tuple(answers)

    def _remove(self, subscriber_id: str, *, revision: int | None = None) -> bool:
        people = self._people
        stored = people.read(subscriber_id)
        if stored is None:
            raise UnknownSubscriberError(NOBODY)
        if revision not in (None, stored.subscriber.revision):
            return False
        actions = removal_actions(
            people.table,
            stored.subscriber,
            address_hash=stored.address_hash,
            address=people.dynamo.get(people.table, address_key(stored.address_hash)),
        )
        people.dynamo.transact(actions)
        return True
