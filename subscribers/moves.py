"""A change of address: it needs the word of the old mailbox and of the new one.

So nobody who has merely seen a link takes a subscription over, and nobody is signed up who did
not ask. The generation grows, so that links mailed to the old address stop working.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from subscribers.errors import InvalidTransitionError
from subscribers.model import Subscriber, SubscriberState

LIFETIME: Final = timedelta(hours=72)


class Mailbox(StrEnum):
    """Which of the two mailboxes speaks."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A change of address that was asked for.

    Attributes:
        id: ULID.
        address: the new one, normalised.
        agreed: the mailboxes that have agreed.
    """

    id: str
    subscriber_id: str
    address: str
    requested_at: datetime
    agreed: frozenset[Mailbox] = frozenset()

    @property
    def is_complete(self) -> bool:
        """Tell whether both mailboxes have agreed."""
        return self.agreed == frozenset(Mailbox)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it may still be agreed to."""
        return now - self.requested_at <= LIFETIME

    def agreed_by(self, mailbox: Mailbox) -> "Move":
        """Return it with the word of one mailbox more."""
        return replace(self, agreed=self.agreed | {mailbox})


def moved(subscriber: Subscriber, move: Move) -> Subscriber:
    """Return the reader at the new address.

    Raises:
        InvalidTransitionError: one mailbox has not agreed, or the reader has left meanwhile.
    """
    if not move.is_complete:
        raise InvalidTransitionError("the other mailbox has not agreed yet")
    if subscriber.state not in (SubscriberState.ACTIVE, SubscriberState.PAUSED):
        raise InvalidTransitionError("there is no subscription to move any more")
    return replace(subscriber, address=move.address, generation=subscriber.generation + 1)
