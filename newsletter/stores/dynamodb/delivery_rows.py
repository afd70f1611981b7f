"""What the people's side and the events need of the mails in LEDGER."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from newsletter.model import Delivery, DeliveryChange
from subscribers.privacy import Received


class DeliveryRows(Protocol):
    """Find deliveries without knowing their issue, and write what events make of them."""

    def find(self, delivery_ids: Iterable[str]) -> Mapping[str, Delivery]:
        """Return the deliveries among these ids."""

    def by_provider(self, provider_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the ids of the deliveries that a provider knows by these ids of its own."""

    def change_all(self, changes: Sequence[tuple[Delivery, DeliveryChange]]) -> frozenset[str]:
        """Write changes of deliveries of any issues; return the ids of those that were written.

        One is left alone that is no longer as given (state, attempt). What was shown to readers
        is left right: papers count as shown in SENT, DELIVERED, DELAYED and COMPLAINED, and are
        taken back by any other state, unless another mail has shown them. The delivery's own
        ``provider_id`` and an earlier ``accepted_at`` stay; the lease ends. Writing the same
        change again does no harm.
        """

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""

    def forget_reader(self, subscriber_id: str) -> None:
        """Empty the picks of a reader's deliveries, and forget what was shown to them."""
