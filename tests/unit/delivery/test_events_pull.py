"""The loop that brings events from a queue into the store, and how it ends."""

import os
import signal
from collections.abc import Callable, Sequence

import pytest

from newsletter.cli.event_signals import InterruptibleQueue
from newsletter.delivery.event_pull import pull
from newsletter.delivery.event_report import EventReport
from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryState, QueueMessage
from newsletter.ports import EventQueue
from newsletter.stores.sqlite import SqliteStore
from tests.unit.delivery.event_scene import (
    LATER,
    issue_name,
    payload,
    plan_issue,
    state_of,
)


class Steps:
    """A queue that does one thing for each reception; afterwards it must not be asked."""

    def __init__(self, *steps: Callable[[], Sequence[str]]) -> None:
        self._steps = list(steps)
        self.limits: list[int] = []
        self.deleted: list[str] = []

    def receive(self, limit: int, *, wait_s: int) -> tuple[QueueMessage, ...]:
        self.limits.append(limit)
        bodies = self._steps.pop(0)()
        return tuple(QueueMessage(body=each, receipt=each) for each in bodies)

    def delete(self, messages: Sequence[QueueMessage]) -> int:
        self.deleted += [message.receipt for message in messages]
        return 0


def gives(*bodies: str) -> Callable[[], Sequence[str]]:
    return lambda: bodies


def pull_from(
    queue: EventQueue,
    store: SqliteStore,
    *,
    limit: int | None = None,
    once: bool = False,
    may_go_on: Callable[[], bool] = lambda: True,
) -> EventReport:
    return pull(
        queue,
        read=read_events,
        events=store.events,
        clock=lambda: LATER,
        wait_s=0,
        limit=limit,
        once=once,
        may_go_on=may_go_on,
    )


def test_once_ends_when_nothing_more_comes(store: SqliteStore) -> None:
    queue = Steps(gives(payload("Send")), gives(payload("Delivery")), gives())
    assert pull_from(queue, store, once=True).new == 2
    assert len(queue.deleted) == 2


def test_a_limit_is_never_passed(store: SqliteStore) -> None:
    queue = Steps(gives(*["{}"] * 10), gives(), gives(*["{}"] * 3))
    assert pull_from(queue, store, limit=13).payloads == 13
    assert queue.limits == [10, 3, 3]


def test_while_nothing_comes_what_was_settled_meanwhile_is_applied(store: SqliteStore) -> None:
    plan_issue(store)
    (claim,) = store.ledger.claim(issue_name(0), limit=1, lease_until=LATER)

    def settle() -> Sequence[str]:
        assert state_of(store) is DeliveryState.SENDING
        store.ledger.settle(claim, DeliveryState.UNKNOWN)
        return ()

    seen: list[DeliveryState] = []

    def look() -> Sequence[str]:
        seen.append(state_of(store))
        return ()

    queue = Steps(gives(payload("Delivery")), settle, look)
    rounds = iter([True, True, True, False])
    pull_from(queue, store, may_go_on=lambda: next(rounds))
    assert seen == [DeliveryState.DELIVERED]


def test_a_signal_while_events_are_kept_lets_them_be_kept_and_deleted(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Steps(gives(payload("Bounce")))
    stoppable = InterruptibleQueue(queue)
    keep = store.events.keep

    def interrupted(*words: object, **named: object) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return keep(*words, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(store.events, "keep", interrupted)
    with stoppable.listening():
        report = pull_from(stoppable, store, may_go_on=lambda: not stoppable.is_stopped)
    assert (report.new, report.suppressed, len(queue.deleted)) == (1, 1, 1)


def test_a_signal_while_waiting_ends_the_wait(store: SqliteStore) -> None:
    def interrupted() -> Sequence[str]:
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the wait went on")

    stoppable = InterruptibleQueue(Steps(interrupted))
    with stoppable.listening():
        report = pull_from(stoppable, store, may_go_on=lambda: not stoppable.is_stopped)
    assert report == EventReport()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_signal_stops_at_once() -> None:
    stoppable = InterruptibleQueue(Steps())
    with stoppable.listening():
        os.kill(os.getpid(), signal.SIGINT)
        assert stoppable.is_stopped
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
