"""What the people's side needs from outside."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from subscribers.model import Subscriber, SubscriberState
from subscribers.suppression import SuppressedAddress, Suppression, SuppressionReason


class SubscriberStore(Protocol):
    """Keep subscribers; every change is durable when the call returns.

    A record of a suppressed address can only be SUPPRESSED or UNSUBSCRIBED: in any other state it
    is not taken (``SuppressedAddressError``). One that is SUPPRESSED suppresses its address.
    """

    def add(self, subscriber: Subscriber) -> None:
        """Add a new record.

        Raises:
            DuplicateSubscriberError: the address is known.
            SuppressedAddressError: the address is suppressed.
        """

    def save(self, subscriber: Subscriber) -> Subscriber:
        """Write a changed record; return it with its next revision.

        Raises:
            StaleRevisionError: the stored revision is not ``subscriber.revision``.
            UnknownSubscriberError: no such id.
            SuppressedAddressError: the address is suppressed.
        """

    def get(self, subscriber_id: str) -> Subscriber | None:
        """Return the subscriber of this id."""

    def find(self, address: str) -> Subscriber | None:
        """Return the subscriber of this normalised address, by its keyed hash."""

    def list_by_state(self, *states: SubscriberState) -> Iterator[Subscriber]:
        """Yield subscribers in these states (all when none is named), ordered by id."""

    def remove(self, subscriber_id: str) -> None:
        """Delete the record; raise ``UnknownSubscriberError`` if there is none."""


class SuppressionStore(Protocol):
    """Keep the addresses that get no mail, by keyed hash; durable when the call returns.

    Suppressing makes the subscriber of the address SUPPRESSED in the same step.
    """

    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime) -> Suppression:
        """Suppress a normalised address; return what is in force: a stronger reason stays."""

    def find(self, address: str) -> Suppression | None:
        """Return the suppression of a normalised address."""

    def lift(self, address: str) -> Suppression | None:
        """End it, and give the subscriber back the state from before; None if there is none."""

    def list_all(self) -> Iterator[SuppressedAddress]:
        """Yield all, ordered by hash."""
