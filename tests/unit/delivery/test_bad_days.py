"""A full disk, a file that may not be written, a clock that jumps, a row that nobody wrote."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from newsletter.delivery.policy import SendPolicy
from newsletter.errors import StoreError
from newsletter.model import DeliveryState, Envelope
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID
from tests.factories import NOW
from tests.unit.delivery.scripted import ScriptedMailer, plan_readers, run

S = DeliveryState


def pragma(store: SqliteStore, words: str) -> None:
    with store._file.read() as connection:
        connection.execute(f"PRAGMA {words}")


@pytest.mark.parametrize(
    ("words", "message"),
    [("query_only = ON", "may not be written"), ("max_page_count = 1", "disk is full")],
)
def test_what_cannot_be_claimed_is_not_sent(
    store: SqliteStore, mailer: ScriptedMailer, words: str, message: str
) -> None:
    plan_readers(store, 30)
    with store._file.write() as connection:
        # Claims must need a new page, or a full disk would not be noticed.
        connection.execute("DELETE FROM marks")
        connection.execute(
            "CREATE TRIGGER t AFTER UPDATE ON deliveries BEGIN"
            " INSERT INTO marks VALUES (new.id || new.state, hex(zeroblob(9000))); END"
        )
    pragma(store, words)
    with pytest.raises(StoreError, match=message):
        run(store, mailer)
    assert mailer.tried.total() == 0


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2)])
def test_a_clock_that_jumps_in_the_middle_makes_no_second_mail_and_loses_none(
    store: SqliteStore, mailer: ScriptedMailer, jump: timedelta
) -> None:
    plan_readers(store, 60)
    clock, leap = jumping(jump)
    mailer.script[""] = [lambda envelope: None] * 9 + [leap]
    policy = SendPolicy(deadline=None)
    report = run(store, mailer, clock=clock, policy=policy)
    assert set(mailer.accepted.values()) == {1}
    counts = store.ledger.count_by_state(ISSUE_ID)
    assert sum(counts.values()) == 60
    assert counts[S.SENT] == report.sent == mailer.accepted.total()
    assert set(counts) <= {S.SENT, S.PLANNED}
    run(store, mailer, clock=clock, policy=policy)
    assert store.ledger.count_by_state(ISSUE_ID) == {S.SENT: 60}
    assert set(mailer.accepted.values()) == {1}


def jumping(jump: timedelta) -> tuple[Callable[[], datetime], Callable[[Envelope], None]]:
    """Return a clock, and what makes it jump while a mail is handed over."""
    has_jumped = threading.Event()

    def leap(envelope: Envelope) -> None:
        has_jumped.set()

    return lambda: NOW + jump if has_jumped.is_set() else NOW, leap


def test_a_row_that_nobody_wrote_stops_the_run_and_is_named(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 3)
    (victim, *_) = store.ledger.deliveries(ISSUE_ID)
    with store._file.write() as connection:
        connection.execute("UPDATE deliveries SET picks = '[[1' WHERE id = ?", [victim.id])
    with pytest.raises(StoreError, match=f"the delivery {victim.id} cannot be understood"):
        run(store, mailer)
    assert store.ledger.count_by_state(ISSUE_ID) == {S.PLANNED: 3}
    assert mailer.tried.total() == 0
