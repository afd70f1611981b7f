"""Confirm, leave, come back, pause, choose: what a reader does with their own record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from newsletter.people.wishes import notice_to
from newsletter.ports import Clock, SubscriberStore
from subscribers import consent, lifecycle
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentEntry, Evidence
from subscribers.errors import StaleRevisionError, UnknownSubscriberError
from subscribers.model import Frequency, Subscriber, SubscriberState
from subscribers.notices import NoticeKind
from subscribers.ports import ReaderStore, SuppressionStore
from subscribers.preferences import Preferences

ATTEMPTS: Final = 5
"""How often a step is tried again because the record changed at the same moment."""

Step = Callable[[Subscriber], tuple[Subscriber, ConsentEntry | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Take steps; each is durable when the call returns, and taken again changes nothing."""

    readers: ReaderStore
    subscribers: SubscriberStore
    suppressions: SuppressionStore
    clock: Clock
    says_goodbye: bool = True

    def get(self, subscriber_id: str) -> Subscriber:
        """Return a reader; raise ``UnknownSubscriberError`` when there is none any more."""
        found = self.subscribers.get(subscriber_id)
        if found is None:
            raise UnknownSubscriberError("there is no subscription behind this link any more")
        return found

    def confirm(self, subscriber_id: str, evidence: Evidence) -> Subscriber:
        """Start the mails.

        Raises:
            UnknownSubscriberError: there is no such reader any more.
            InvalidTransitionError: they have left, or get no mail.
        """

        def step(reader: Subscriber) -> tuple[Subscriber, ConsentEntry | None]:
            return consent.confirm(reader, now=self.clock(), evidence=evidence)

        return self._take(subscriber_id, step, notice=NoticeKind.WELCOME)

    def leave(self, subscriber_id: str, evidence: Evidence) -> Subscriber:
        """Stop the mails at once; never refused.

        Who is suppressed gets none already; that they left is kept for when that is lifted.

        Raises:
            UnknownSubscriberError: there is no such reader any more.
        """

        def step(reader: Subscriber) -> tuple[Subscriber, ConsentEntry | None]:
            return consent.withdraw(reader, now=self.clock(), evidence=evidence)

        left = self._take(
            subscriber_id, step, notice=NoticeKind.GOODBYE if self.says_goodbye else None
        )
        if left.state is SubscriberState.SUPPRESSED:
            self.suppressions.note_leaving(left.address)
        return left

    def come_back(self, subscriber_id: str, revision: int, evidence: Evidence) -> Subscriber:
        """Undo leaving, unless something has happened since.

        Raises:
            StaleRevisionError: the record is another than the one that was left.
            InvalidTransitionError: there is nothing to undo.
            SuppressedAddressError: the address gets no mail.
        """
        reader = self.get(subscriber_id)
        if reader.state is not SubscriberState.UNSUBSCRIBED:
            return reader
        if reader.revision != revision or reader.confirmed_at is None:
            raise StaleRevisionError("something has changed since: subscribe anew")
        back, entry = consent.come_back(reader, now=self.clock(), evidence=evidence)
        return self.readers.apply(ReaderChange(subscriber=back, entry=entry))

    def read_weekly(self, subscriber_id: str) -> Subscriber:
        """Send one digest a week instead of none; also when they had just left."""

        def step(reader: Subscriber) -> tuple[Subscriber, ConsentEntry | None]:
            cadence = replace(reader.cadence, frequency=Frequency.WEEKLY)
            return replace(reader, cadence=cadence), None

        return self._take(subscriber_id, step)

    def pause(self, subscriber_id: str, until: date | None) -> Subscriber:
        """Stop the mails up to a day; raise ``InvalidTransitionError`` for who is no reader."""
        return self._take(subscriber_id, lambda each: (lifecycle.pause(each, until=until), None))

    def resume(self, subscriber_id: str) -> Subscriber:
        """End a pause; raise ``InvalidTransitionError`` for who is no reader."""
        return self._take(subscriber_id, lambda each: (lifecycle.resume(each), None))

    def choose(self, reader: Subscriber, preferences: Preferences) -> Subscriber:
        """Write choices over the record as it was shown.

        Raises:
            StaleRevisionError: it has been changed since, in another window perhaps.
            InvalidInterestsError: the choices together cannot be met.
        """
        return self.readers.apply(ReaderChange(subscriber=preferences.applied_to(reader)))

    def end_pauses(self, *, limit: int = 500) -> int:
        """Resume readers whose pause is over; return how many."""
        now = self.clock()
        over = [
            reader
            for reader in self.readers.due_to_resume(limit=limit)
            if lifecycle.is_pause_over(reader, now)
        ]
        for reader in over:
            self.resume(reader.id)
        return len(over)

    def _take(
        self, subscriber_id: str, step: Step, *, notice: NoticeKind | None = None
    ) -> Subscriber:
        for attempt in range(1, ATTEMPTS + 1):
            before = self.get(subscriber_id)
            after, entry = step(before)
            if after == before:
                return before
            # Who never confirmed has had no mail to say goodbye to.
            is_told = notice is not None and after.confirmed_at is not None
            notices = (notice_to(after, notice, now=self.clock()),) if notice and is_told else ()
            try:
                return self.readers.apply(
                    ReaderChange(subscriber=after, entry=entry, notices=notices)
                )
            except StaleRevisionError:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("the last attempt returns or raises")
