"""What the people's side and the events need of the mails in LEDGER."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from newsletter.model import Delivery, DeliveryChange
from newsletter.stores.dynamodb.actions import Action
from subscribers.privacy import Received


class DeliveryRows(Protocol):
    """Find deliveries without knowing their issue, and write what events make of them."""

    def find(self, delivery_ids: Iterable[str]) -> Mapping[str, Delivery]:
        """Return the deliveries among these ids."""

    def by_provider(self, provider_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the ids of the deliveries that a provider knows by these ids of its own."""

    def change_actions(self, delivery: Delivery, change: DeliveryChange) -> tuple[Action, ...]:
        """Return the writes of a change, in one transaction with others; at most 10.

        On the condition that the delivery is still as given (state, attempt). What was shown to
        the reader is left right: papers count as shown in SENT, DELIVERED, DELAYED and
        COMPLAINED, and are taken back by any other state, unless another mail has shown them.
        ``provider_id`` and ``accepted_at`` are as ``DeliveryChange`` says; the lease ends.
        """

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""

    def forget_reader(self, subscriber_id: str) -> None:
        """Empty the picks of a reader's deliveries, and forget what was shown to them."""
