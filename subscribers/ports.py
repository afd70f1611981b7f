"""What the people's side needs from outside."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from subscribers.changes import ReaderChange
from subscribers.consent import ConsentEntry
from subscribers.errors import SubscriberError
from subscribers.feedback import Feedback
from subscribers.model import Subscriber, SubscriberState
from subscribers.moves import Move
from subscribers.notices import Notice, NoticeState
from subscribers.privacy import Received
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

    def add_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Add some records, up to about 1,000 at a time; return for each why it was not taken.

        None stands for one that was. Each is as by ``add`` of its own: a refusal holds no other
        back. A crash in between may leave some written and some not.
        """

    def save_all(self, subscribers: Sequence[Subscriber]) -> tuple[SubscriberError | None, ...]:
        """Write some changed records, in the manner of ``add_all``, each as by ``save``."""

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

    def note_leaving(self, address: str) -> None:
        """Note that a suppressed reader has left; of others their record says so."""

    def list_all(self) -> Iterator[SuppressedAddress]:
        """Yield all, ordered by hash."""


class ReaderStore(Protocol):
    """Change readers together with the proof that they wanted it; durable when the call returns."""

    def apply(self, change: ReaderChange) -> Subscriber:
        """Write the record, its consent entry and its notices, all or nothing.

        Raises what ``add`` and ``save`` of ``SubscriberStore`` raise. A notice beyond its limit
        (``notices.LIMITS``) is kept as DROPPED: nobody gets it.
        """

    def consents(self, subscriber_id: str) -> tuple[ConsentEntry, ...]:
        """Return the log of one reader, oldest first."""

    def received(self, subscriber_id: str, *, limit: int) -> tuple[Received, ...]:
        """Return the last issues that were meant for a reader, newest first."""

    def erase(self, subscriber_id: str, entry: ConsentEntry) -> None:
        """Forget a reader; what stays is the keyed hash of the address, suppressed as ERASED.

        Their deliveries stay as numbers, without what was chosen for them. Unknown ids pass.
        """

    def due_to_resume(self, *, limit: int) -> Sequence[Subscriber]:
        """Return paused readers whose pause has an end, the earliest end first."""

    def forget_unconfirmed(self, before: datetime) -> int:
        """Delete those who asked before an instant and never confirmed; return how many."""


class NoticeStore(Protocol):
    """Keep mails about subscriptions until they are sent; durable when the call returns."""

    def queue(self, notice: Notice) -> bool:
        """Keep a notice to be sent; False, and it only counts, when it is one too many."""

    def claim(self, *, limit: int, now: datetime) -> tuple[Notice, ...]:
        """Move up to ``limit`` of the oldest from QUEUED to SENDING and return them."""

    def settle(self, notice_id: str, state: NoticeState, *, reason: str = "") -> None:
        """Record what became of a claimed notice; its address is forgotten unless it is QUEUED."""

    def expire_claims(self, before: datetime) -> int:
        """Move notices that were claimed before an instant, and not settled, to UNKNOWN."""

    def forget(self, before: datetime) -> int:
        """Delete settled notices that were requested before an instant; return how many."""


class MoveStore(Protocol):
    """Keep changes of address until both mailboxes have agreed; one for each reader."""

    def put(self, move: Move) -> None:
        """Keep a move; another one of the same reader is forgotten."""

    def get(self, move_id: str) -> Move | None:
        """Return the move of this id."""

    def remove(self, move_id: str) -> None:
        """Forget a move."""


class FeedbackStore(Protocol):
    """Keep votes; the last one of a reader on a paper counts."""

    def put(self, feedback: Feedback) -> None:
        """Keep a vote."""

    def withdraw(self, subscriber_id: str, paper_id: str) -> None:
        """Forget a vote."""

    def of_reader(self, subscriber_id: str, *, limit: int) -> tuple[Feedback, ...]:
        """Return a reader's votes, newest first."""
