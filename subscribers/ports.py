"""What the people's side needs from outside."""

from collections.abc import Iterator
from typing import Protocol

from subscribers.model import Subscriber, SubscriberState


class SubscriberStore(Protocol):
    """Keep subscribers; every change is durable when the call returns."""

    def add(self, subscriber: Subscriber) -> None:
        """Add a new record; raise ``DuplicateSubscriberError`` if the address is known."""

    def save(self, subscriber: Subscriber) -> Subscriber:
        """Write a changed record; return it with its next revision.

        Raises:
            StaleRevisionError: the stored revision is not ``subscriber.revision``.
            UnknownSubscriberError: no such id.
        """

    def get(self, subscriber_id: str) -> Subscriber | None:
        """Return the subscriber of this id."""

    def find(self, address: str) -> Subscriber | None:
        """Return the subscriber of this normalised address, by its keyed hash."""

    def list_by_state(self, *states: SubscriberState) -> Iterator[Subscriber]:
        """Yield subscribers in these states (all when none is named), ordered by id."""

    def remove(self, subscriber_id: str) -> None:
        """Delete the record; raise ``UnknownSubscriberError`` if there is none."""
