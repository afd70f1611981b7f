"""A run that does harm is stopped: bounces, complaints, refusals in a row; canaries go first."""

from collections.abc import Callable, Sequence

import pytest

from newsletter.delivery.guard import CANARIES, REJECTIONS_IN_A_ROW
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.watch import POLL_S
from newsletter.errors import MessageRejectedError
from newsletter.model import DeliveryState, Envelope, IssueProgress, IssueState
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID
from tests.unit.delivery.scripted import MeteredMailer, ScriptedMailer, plan_readers, raising, run

S = DeliveryState
REFUSED = raising(MessageRejectedError("Illegal content"))


def accept(envelope: Envelope) -> None:
    """Do nothing before the mail is accepted."""


def progress(store: SqliteStore) -> IssueProgress:
    found = store.ledger.progress(ISSUE_ID)
    assert found is not None
    return found


def hear(store: SqliteStore, state: DeliveryState, number: int) -> None:
    """Let events come in about so many mails that were accepted."""
    with store._file.write() as database:
        database.execute(
            "UPDATE deliveries SET state = :state WHERE id IN"
            " (SELECT id FROM deliveries WHERE state = 'sent' ORDER BY accepted_at LIMIT :number)",
            {"state": state.value, "number": number},
        )


def hearing_after(
    store: SqliteStore, sends: int, state: DeliveryState, number: int
) -> Sequence[Callable[[Envelope], None]]:
    """Script a mailer during whose later sends events come in about earlier ones."""
    return [accept] * sends + [lambda envelope: hear(store, state, number)]


def test_five_refusals_in_a_row_pause_the_issue(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 40)
    mailer.script[""] = [accept, *[REFUSED] * 99]
    report = run(store, mailer, workers=1)
    assert (report.sent, report.rejected, report.left) == (1, REJECTIONS_IN_A_ROW, 34)
    assert report.exit_code == 69
    assert "5 mails in a row were refused" in str(report.stopped_by)
    assert progress(store).state is IssueState.PAUSED
    assert "Illegal content" in str(progress(store).reason)
    assert run(store, mailer).sent == 0


def test_refusals_among_mails_that_pass_stop_nothing(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 30)
    mailer.script[""] = [*[REFUSED] * 4, accept] * 6
    report = run(store, mailer, workers=1)
    assert (report.sent, report.rejected, report.left) == (6, 24, 0)


@pytest.mark.parametrize(
    ("state", "number", "stops"),
    [(S.BOUNCED, 5, False), (S.BOUNCED, 14, True), (S.COMPLAINED, 1, True)],
)
def test_bounces_and_complaints_pause_the_issue_when_they_are_too_many(
    store: SqliteStore, mailer: ScriptedMailer, state: DeliveryState, number: int, stops: bool
) -> None:
    plan_readers(store, 240)
    mailer.script[""] = list(hearing_after(store, 120, state, number))
    report = run(store, mailer, workers=1)
    assert (report.left > 0) == stops
    assert (progress(store).state is IssueState.PAUSED) == stops
    if stops:
        assert report.sent + report.left == 240
        assert state.value in str(report.stopped_by)


def test_few_mails_prove_nothing(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 90)
    mailer.script[""] = list(hearing_after(store, 40, S.BOUNCED, 30))
    assert run(store, mailer, workers=1).left == 0


def test_an_operator_who_resumes_has_decided(store: SqliteStore, mailer: ScriptedMailer) -> None:
    plan_readers(store, 240)
    mailer.script[""] = list(hearing_after(store, 120, S.COMPLAINED, 3))
    left = run(store, mailer, workers=1).left
    store.ledger.set_issue_state(ISSUE_ID, IssueState.OPEN)
    assert run(store, mailer, workers=1).sent == left


def canary_run(store: SqliteStore, state: DeliveryState, number: int) -> list[float]:
    """Send with canaries, of which so many are heard of at the third look; return the looks."""
    looks: list[float] = []

    def pause(seconds: float) -> None:
        if seconds == POLL_S:
            looks.append(seconds)
        if seconds == POLL_S and len(looks) == 3:
            hear(store, state, number)
            hear(store, S.DELIVERED, CANARIES)

    run(store, MeteredMailer(), pause=pause, policy=SendPolicy(canary_s=60))
    return looks


def test_the_first_mails_go_ahead_and_the_rest_follows_when_they_arrived(
    store: SqliteStore,
) -> None:
    plan_readers(store, 120)
    assert len(canary_run(store, S.DELIVERED, CANARIES)) == 3
    counts = store.ledger.count_by_state(ISSUE_ID)
    assert counts == {S.DELIVERED: CANARIES, S.SENT: 120 - CANARIES}


@pytest.mark.parametrize(("state", "number"), [(S.BOUNCED, 3), (S.COMPLAINED, 1)])
def test_canaries_that_come_back_stop_the_rest(
    store: SqliteStore, state: DeliveryState, number: int
) -> None:
    plan_readers(store, 120)
    canary_run(store, state, number)
    counts = store.ledger.count_by_state(ISSUE_ID)
    assert counts[S.PLANNED] == 120 - CANARIES
    assert progress(store).state is IssueState.PAUSED


def test_silence_about_the_canaries_is_waited_for_no_longer_than_allowed(
    store: SqliteStore,
) -> None:
    plan_readers(store, 120)
    pauses: list[float] = []
    policy = SendPolicy(canary_s=20)
    report = run(store, MeteredMailer(), pause=pauses.append, policy=policy)
    assert report.sent == 120
    assert pauses.count(POLL_S) == 20


def test_a_small_issue_and_a_mailer_without_events_have_no_canaries(
    store: SqliteStore, mailer: ScriptedMailer
) -> None:
    plan_readers(store, 120)
    pauses: list[float] = []
    run(store, mailer, pause=pauses.append, limit=70, policy=SendPolicy(canary_s=60))
    run(store, MeteredMailer(), pause=pauses.append, limit=50, policy=SendPolicy(canary_s=60))
    assert POLL_S not in pauses
