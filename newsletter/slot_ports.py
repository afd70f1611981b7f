"""What sending by local hours needs from outside; part of ``ports``.

One announcement day is sent hour by hour. What is due is decided by the scheduled time, and what
has been dealt with is written down here, so that a missed hour is caught up and one that comes
twice does nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from newsletter.model.slot import LocalHour, Slot
from subscribers.model import Subscriber


class ReaderPage(NamedTuple):
    """Some readers of a local hour.

    Attributes:
        readers: ACTIVE ones; may be empty although there are more.
        after: where the next page begins, to be handed back as it is; None after the last page.
    """

    readers: Sequence[Subscriber]
    after: str | None


class SlotStore(Protocol):
    """Find readers by their local hour, and keep what of an announcement day is done.

    Every write is durable when the call returns. Instants are UTC.
    """

    def hours(self) -> tuple[LocalHour, ...]:
        """Return the local hours (``model.slot.local_hour_of``) of all ACTIVE readers, in order.

        An hour that was somebody's and is nobody's any more may be among them.
        """

    def readers_in(self, hour: LocalHour, *, after: str | None = None, limit: int) -> ReaderPage:
        """Return up to ``limit`` ACTIVE readers of an hour, in an order that stays the same.

        Pages from ``after=None`` to ``after=None`` have every reader once who was ACTIVE in this
        hour all the while, and nobody twice. A reader's record is as it is at this moment.
        """

    def set_ready(self, issue_id: str, bundle: str) -> None:
        """Note that an issue may be sent, and the name of its bundle; a later one replaces it."""

    def ready(self, issue_id: str) -> str | None:
        """Return the name of an issue's bundle; None while it may not be sent."""

    def note_progress(self, slot: Slot, *, after: str | None) -> None:
        """Note that a slot was planned up to ``after`` of its readers; None is all of them."""

    def progress(self, announced_on: date) -> Mapping[Slot, str | None]:
        """Return the slots of an announcement day that were begun, and up to where; None is done.

        A slot that nobody has begun is not among them.
        """

    def lock(self, name: str, *, now: datetime, until: datetime) -> bool:
        """Take the lock of this name until an instant; False when somebody has it.

        One whose ``until`` is not after ``now`` is nobody's any more. Of several who try at
        once, one gets it.
        """

    def unlock(self, name: str, *, until: datetime) -> None:
        """Give back the lock that was taken with just this ``until``; any other is left alone."""

    def forget(self, before: date) -> int:
        """Delete what is noted about slots of announcement days before this; return how many.

        A store that forgets by itself may return 0.
        """
