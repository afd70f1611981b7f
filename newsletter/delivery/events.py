"""What came back about mails: first kept, then applied to readers and to deliveries.

Applying is a function of all events that are kept. So it does not matter in which order they
come, how often, and whether the sender has recorded its mail yet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from newsletter.delivery.event_news import heard_of, is_alarming
from newsletter.delivery.event_report import EventReport
from newsletter.delivery.event_states import change_by
from newsletter.delivery.event_unreadable import unreadable_of
from newsletter.log import get_logger
from newsletter.model import (
    DeliveryEvent,
    DeliveryState,
    KeptEvent,
    MalformedEvent,
    UnusedEvent,
)
from newsletter.ports import Clock, EventStore
from subscribers.suppression import Standing, decide, end_pause

KEEP: Final = timedelta(days=90)
"""How long events are kept: five weekly issues, a pause, and as much again."""
KEEP_QUIET: Final = timedelta(days=15)
"""How long mails without trouble are: longer than any queue holds an event back."""
PAYLOADS_AT_ONCE: Final = 200

Read = Callable[[str | bytes], Sequence[DeliveryEvent | UnusedEvent | MalformedEvent]]
"""Read a payload of the provider; never raises on bad input."""


def apply_payloads(
    payloads: Iterable[str | bytes], *, read: Read, events: EventStore, clock: Clock
) -> EventReport:
    """Keep what the payloads hold, apply all that can be applied, and say what came of it.

    When it returns, everything is durable: the payloads may be deleted where they came from.
    What is not understood is set aside.

    Raises:
        StoreError: not all of it was kept; give it all again, nothing counts twice.
    """
    rest = iter(payloads)
    report = EventReport()
    while batch := tuple(islice(rest, PAYLOADS_AT_ONCE)):
        report += _keep(batch, read=read, events=events, now=clock())
        report += _apply(events, clock(), only_new=True)
    return report


def apply_kept(*, events: EventStore, clock: Clock) -> EventReport:
    """Apply what is kept and can be applied by now; end pauses that are over.

    To be called again when deliveries have been settled: their events may have been here first.
    """
    return _apply(events, clock(), only_new=False)


def forget_old_events(*, events: EventStore, clock: Clock) -> int:
    """Delete events that are too old to matter; return how many."""
    now = clock()
    return events.forget(now - KEEP, quiet_before=now - KEEP_QUIET)


def _apply(events: EventStore, now: datetime, *, only_new: bool) -> EventReport:
    changes = _apply_to_deliveries(events, only_new=only_new)
    standings = _apply_to_readers(events, now)
    resumed = _end_pauses(events, now)
    return EventReport(
        changes=changes,
        suppressed=standings["suppressed"],
        unsubscribed=standings["unsubscribed"],
        paused=standings["paused"],
        resumed=standings["resumed"] + resumed,
    )


def _keep(
    payloads: Sequence[str | bytes], *, read: Read, events: EventStore, now: datetime
) -> EventReport:
    found = [(payload, each) for payload in payloads for each in read(payload)]
    usable = [each for _, each in found if isinstance(each, DeliveryEvent)]
    unreadable = [
        unreadable_of(payload, each, at=now)
        for payload, each in found
        if isinstance(each, MalformedEvent)
    ]
    new = events.keep(usable, received_at=now)
    if unreadable:
        events.set_aside(unreadable)
        get_logger().warning("event.set_aside", events=len(unreadable), why=unreadable[0].why)
    alarming = [each for each in new if is_alarming(each)]
    _log_alarms(alarming)
    return EventReport(
        payloads=len(payloads),
        new=len(new),
        repeated=len(usable) - len(new),
        unused=len(found) - len(usable) - len(unreadable),
        unreadable=len(unreadable),
        alarms=len(alarming),
    )


def _apply_to_deliveries(events: EventStore, *, only_new: bool) -> Counter[DeliveryState]:
    changes: Counter[DeliveryState] = Counter()
    while judged := events.apply_to_deliveries(change_by, only_new=only_new):
        changes.update(after for before, after in judged if after is not before)
    return changes


def _apply_to_readers(events: EventStore, now: datetime) -> Counter[str]:
    counts: Counter[str] = Counter()

    def judge(standing: Standing, kept: Sequence[KeptEvent]) -> Standing:
        heard = (heard_of(each.event, is_new=each.is_new) for each in kept)
        return decide(standing, heard, now=now)

    while judged := events.apply_to_readers(judge):
        counts.update(filter(None, (_step(before, after) for before, after in judged)))
    return counts


def _end_pauses(events: EventStore, now: datetime) -> int:
    ended = 0
    while number := events.end_pauses(now, partial(end_pause, now=now)):
        ended += number
    return ended


def _step(before: Standing, after: Standing) -> str | None:
    """Name what happened to an address, for the report."""
    if before.suppression is None and after.suppression is not None:
        return "suppressed"
    if before.state is after.state or after.state is None:
        return None
    return "resumed" if after.state == "active" else after.state.value


def _log_alarms(alarming: Sequence[DeliveryEvent]) -> None:
    for event in alarming:
        get_logger().error(
            "event.alarmed",
            kind=event.kind.value,
            subtype=event.subtype,
            delivery_id=event.delivery_id,
            issue_id=event.issue_id,
        )
