"""Bring events from a queue into the store: deleted there only once they are here."""

from collections.abc import Callable, Sequence

from newsletter.delivery.event_report import EventReport
from newsletter.delivery.events import Read, apply_kept, apply_payloads, forget_old_events
from newsletter.log import get_logger
from newsletter.model import QueueMessage
from newsletter.ports import Clock, EventQueue, EventStore

AT_ONCE = 10


def pull(  # noqa: PLR0913 - the queue, the store and the ways to end meet here
    queue: EventQueue,
    *,
    read: Read,
    events: EventStore,
    clock: Clock,
    wait_s: int = 20,
    limit: int | None = None,
    once: bool = False,
    may_go_on: Callable[[], bool] = lambda: True,
    on_progress: Callable[[EventReport], object] | None = None,
) -> EventReport:
    """Receive, keep, apply, delete, until there is a reason to stop.

    Args:
        queue: asked for ten messages at a time.
        read: reads a message's body.
        events: where they are kept.
        clock: says when they came.
        wait_s: how long to wait for a first message, in seconds.
        limit: how many messages at most.
        once: stop when the queue gives nothing more.
        may_go_on: asked before each reception.
        on_progress: told the sum so far after each batch.

    Raises:
        EventQueueError, ConfigurationError: the queue cannot be read; what was received is kept.
        StoreError: what was received last comes again.
    """
    forget_old_events(events=events, clock=clock)
    report = apply_kept(events=events, clock=clock)
    while may_go_on() and (limit is None or report.payloads < limit):
        room = AT_ONCE if limit is None else min(AT_ONCE, limit - report.payloads)
        messages = queue.receive(room, wait_s=wait_s)
        if not messages:
            report += apply_kept(events=events, clock=clock)
            if once:
                break
            continue
        bodies = (message.body for message in messages)
        report += apply_payloads(bodies, read=read, events=events, clock=clock)
        _delete(queue, messages)
        if on_progress is not None:
            on_progress(report)
    return report


def _delete(queue: EventQueue, messages: Sequence[QueueMessage]) -> None:
    undeleted = queue.delete(messages)
    if undeleted:
        get_logger().warning("event.left_in_queue", messages=undeleted)
