"""What earlier hours left behind: claims of the dead, mails that wait, issues that are over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from newsletter.delivery.events import forget_old_events
from newsletter.delivery.recovery import catch_up, resend_silent
from newsletter.fanout.hours import Calendar
from newsletter.fanout.parcel import pack_all, shares_of
from newsletter.log import get_logger
from newsletter.model import DeliveryState, Issue
from newsletter.ports import Clock, ParcelQueue, Store

OLD_ISSUES: Final = 5
KEEP_SLOTS: Final = timedelta(days=30)
ROWS_AT_ONCE: Final = 500
"""How many mails are held in memory; a quota may leave hundreds of thousands to be put again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Put in order what no parcel is about any more.

    Attributes:
        deadline: how long after its planning a mail may still be sent; None for ever.
        resend_silent: see ``SendPolicy``.
    """

    store: Store
    queue: ParcelQueue
    calendar: Calendar
    clock: Clock
    deadline: timedelta | None
    resend_silent: bool

    def run(self, now: datetime) -> int:
        """Sweep; return how many mails are given to the queue once more."""
        ledger = self.store.ledger
        catch_up(ledger=ledger, events=self.store.events, clock=self.clock)
        if self.deadline is not None:
            ledger.skip_overdue(now - self.deadline)
        again = sum(self._put_again(issue, now) for issue in ledger.unfinished_issues())
        for issue_id in self._old_issues(now):
            if ledger.issue(issue_id) is not None:
                ledger.close_finished(issue_id)
        forget_old_events(events=self.store.events, clock=self.clock)
        self.store.slots.forget((now - KEEP_SLOTS).date())
        return again

    def _put_again(self, issue: Issue, now: datetime) -> int:
        """Queue what is PLANNED of an issue and in no parcel, or in one that nobody could do."""
        ledger = self.store.ledger
        if self.resend_silent:
            resend_silent(ledger, issue.id, now=now, oldest=self.deadline)
        ledger.release(issue.id, now=now)
        bundle = self.store.slots.ready(issue.id)
        # The counts are one request; to look for rows reads all of the issue.
        planned = ledger.count_by_state(issue.id).get(DeliveryState.PLANNED, 0)
        if bundle is None or not planned:
            return 0
        rows = ledger.deliveries(issue.id, state=DeliveryState.PLANNED)
        number = 0
        while some := tuple(islice(rows, ROWS_AT_ONCE)):
            messages = pack_all(shares_of(some), issue_id=issue.id, bundle=bundle, planned_at=now)
            self.queue.put_all(tuple(messages))
            number += len(some)
        get_logger().warning("deliveries.put_again", issue=issue.id, number=number)
        return number

    def _old_issues(self, now: datetime) -> Iterator[str]:
        """Yield the ids of issues to which no reader will be added any more."""
        day: date = self.calendar.previous_day(self.calendar.current_day(now))
        for _ in range(OLD_ISSUES):
            yield f"{day}-daily"
            yield f"{day}-weekly"
            day = self.calendar.previous_day(day)
