"""What every ``Ledger`` does with deliveries that wait, are given up, or are sent again."""

from datetime import timedelta

import pytest

from newsletter.errors import StoreError
from newsletter.model import DeliveryState, IssueState, Receipt, Settlement
from newsletter.ports import Ledger
from subscribers.ports import SubscriberStore
from tests.contract.stores.values import ISSUE_ID, LEASE_UNTIL, make_delivery, plan_for
from tests.factories import DAY, NOW, make_issue, make_subscriber

S = DeliveryState
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NEXT_ID = f"{DAY + timedelta(days=1)}-daily"


def receipt_at(minutes: int) -> Receipt:
    return Receipt(provider_id=f"taken-{minutes}", accepted_at=NOW + minutes * MINUTE)


def settle_next(
    ledger: Ledger, state: DeliveryState, *, minutes: int = 0, issue_id: str = ISSUE_ID
) -> str:
    """Claim one delivery, and settle it so many minutes after ``NOW``; return its id."""
    (claim,) = ledger.claim(issue_id, limit=1, lease_until=LEASE_UNTIL)
    receipt = receipt_at(minutes) if state is S.SENT else None
    at = NOW + minutes * MINUTE
    assert ledger.settle_all([Settlement(claim=claim, state=state, at=at, receipt=receipt)]) == (
        True,
    )
    return claim.delivery.id


class HandedBackContract:
    """Tests of what a sender could not send for now."""

    def test_why_it_was_handed_back_is_known_until_it_is_settled_again(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        (first,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert ledger.settle(first, S.PLANNED, reason="no connection")
        (again,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        (begun,) = ledger.deliveries(ISSUE_ID)
        assert again.delivery == begun
        assert (begun.state, begun.reason) == (S.SENDING, "no connection")
        assert ledger.settle(again, S.SENT, receipt=receipt_at(0))
        assert [each.reason for each in ledger.deliveries(ISSUE_ID)] == [None]


class ParkContract:
    """Tests of parking."""

    def test_what_is_parked_is_not_claimed_until_it_may_go_on(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        assert ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota") == 3
        assert ledger.claim(ISSUE_ID, limit=3, lease_until=LEASE_UNTIL) == ()
        progress = ledger.progress(ISSUE_ID)
        assert progress is not None
        assert (progress.parked_until, progress.reason) == (NOW + HOUR, "quota")
        assert ledger.release(ISSUE_ID, now=NOW + HOUR - MINUTE) == 0
        assert ledger.count_by_state(ISSUE_ID) == {S.PARKED: 3}
        assert ledger.release(ISSUE_ID, now=NOW + HOUR) == 3
        assert len(ledger.claim(ISSUE_ID, limit=3, lease_until=LEASE_UNTIL)) == 3

    def test_an_operator_releases_at_any_time(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota")
        assert ledger.release(ISSUE_ID) == 1
        progress = ledger.progress(ISSUE_ID)
        assert progress is not None
        assert progress.parked_until is None

    def test_a_claim_that_was_parked_alone_goes_on_with_the_next_release(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.PARKED)
        assert ledger.release(ISSUE_ID, now=NOW) == 1

    def test_only_what_is_planned_is_parked(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.SENT)
        ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota") == 1
        assert ledger.count_by_state(ISSUE_ID) == {S.SENT: 1, S.SENDING: 1, S.PARKED: 1}


class IssueEndContract:
    """Tests of how an issue ends."""

    def test_an_issue_is_done_when_nothing_is_left_and_open_again_with_new_readers(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        assert not ledger.close_finished(ISSUE_ID)
        settle_next(ledger, S.SENT)
        assert [issue.id for issue in ledger.unfinished_issues()] == [ISSUE_ID]  # until closed
        assert ledger.close_finished(ISSUE_ID)
        assert not ledger.close_finished(ISSUE_ID)
        subscribers.add(make_subscriber(2))
        ledger.plan(make_issue(), [make_delivery(2)])
        assert [issue.id for issue in ledger.unfinished_issues()] == [ISSUE_ID]

    @pytest.mark.parametrize("state", [S.PLANNED, S.PARKED, S.SENDING])
    def test_what_waits_or_is_on_its_way_keeps_an_issue_open(
        self, ledger: Ledger, subscribers: SubscriberStore, state: DeliveryState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        if state is S.PARKED:
            ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota")
        elif state is S.SENDING:
            ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert not ledger.close_finished(ISSUE_ID)
        assert [issue.id for issue in ledger.unfinished_issues()] == [ISSUE_ID]

    def test_a_paused_issue_is_not_closed_and_planning_does_not_open_it(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        ledger.set_issue_state(ISSUE_ID, IssueState.PAUSED, reason="too many bounces")
        ledger.plan(make_issue(), [make_delivery(2)])
        progress = ledger.progress(ISSUE_ID)
        assert progress is not None
        assert (progress.state, progress.reason) == (IssueState.PAUSED, "too many bounces")
        assert not ledger.close_finished(ISSUE_ID)
        assert ledger.unfinished_issues() == ()

    def test_cancelling_skips_what_waits_and_keeps_what_was_sent(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.SENT)
        ledger.park(ISSUE_ID, until=NOW + HOUR, reason="quota")
        assert ledger.cancel(ISSUE_ID) == 2
        assert ledger.count_by_state(ISSUE_ID) == {S.SENT: 1, S.SKIPPED: 2}
        assert ledger.plan(make_issue(), [make_delivery(4)]) == 1
        assert ledger.count_by_state(ISSUE_ID) == {S.SENT: 1, S.SKIPPED: 3}
        assert {one.reason for one in ledger.deliveries(ISSUE_ID, state=S.SKIPPED)} == {"cancelled"}

    @pytest.mark.parametrize("state", [S.PLANNED, S.PARKED, S.SENT])
    def test_what_was_on_its_way_is_skipped_when_it_comes_back_after_a_cancel(
        self, ledger: Ledger, subscribers: SubscriberStore, state: DeliveryState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        (claim,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert ledger.cancel(ISSUE_ID) == 0
        assert ledger.settle(claim, state, receipt=receipt_at(0) if state is S.SENT else None)
        (row,) = ledger.deliveries(ISSUE_ID)
        expected = (S.SENT, None) if state is S.SENT else (S.SKIPPED, "cancelled")
        assert (row.state, row.reason) == expected

    def test_an_issue_nobody_planned_cannot_be_cancelled(self, ledger: Ledger) -> None:
        with pytest.raises(StoreError, match=ISSUE_ID):
            ledger.cancel(ISSUE_ID)
        assert ledger.progress(ISSUE_ID) is None

    def test_planned_deliveries_are_counted_apart_from_their_rows(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        ledger.plan(make_issue(), [make_delivery(2), make_delivery(3)])
        progress = ledger.progress(ISSUE_ID)
        assert progress is not None
        assert progress.planned == 3


class DeadlineContract:
    """Tests of deadlines, and of what goes into the next issue."""

    def test_what_was_planned_too_long_ago_is_skipped_parked_or_not(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.PARKED)
        ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert ledger.skip_overdue(NOW) == 0
        assert ledger.skip_overdue(NOW + MINUTE) == 2
        assert ledger.count_by_state(ISSUE_ID) == {S.SENDING: 1, S.SKIPPED: 2}

    def test_each_delivery_has_its_own_deadline(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        ledger.plan(make_issue(created_at=NOW + HOUR), [make_delivery(1), make_delivery(2)])
        assert ledger.skip_overdue(NOW + MINUTE) == 1
        (left,) = ledger.deliveries(ISSUE_ID, state=S.PLANNED)
        assert left.id == make_delivery(2).id

    @pytest.mark.parametrize("state", [S.REJECTED, S.UNKNOWN, S.SKIPPED])
    def test_papers_that_never_arrived_are_told_until_another_issue_shows_them(
        self, ledger: Ledger, subscribers: SubscriberStore, state: DeliveryState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        if state is S.SKIPPED:
            ledger.skip_overdue(NOW + MINUTE)
        else:
            settle_next(ledger, state)
        reader, papers = make_subscriber(1).id, {"2611.00001", "2611.00002"}
        days = {"first_on": DAY - timedelta(days=6), "last_on": DAY}
        assert ledger.unsent_papers([reader, "nobody"], **days) == {reader: papers}
        later = make_issue(id=NEXT_ID, last_on=DAY + timedelta(days=1))
        ledger.plan(later, [make_delivery(1, issue=later, papers=1)])
        settle_next(ledger, S.SENT, issue_id=NEXT_ID)
        assert ledger.unsent_papers([reader], **days) == {reader: papers - {"2611.00001"}}

    def test_papers_of_readers_who_left_or_of_other_days_are_not_told(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.REJECTED)
        ledger.cancel(ISSUE_ID)
        readers = [make_subscriber(number).id for number in (1, 2)]
        before = DAY - timedelta(days=1)
        assert ledger.unsent_papers(readers, first_on=before, last_on=before) == {}
        assert len(ledger.unsent_papers(readers, first_on=DAY, last_on=DAY)) == 1


class UnknownContract:
    """Tests of the ways out of UNKNOWN."""

    def test_an_operator_sends_again_what_is_unknown_a_limited_number_of_times(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        for resends in range(2):
            delivery_id = settle_next(ledger, S.UNKNOWN, minutes=resends)
            moved = ledger.reset_unknown([delivery_id], at=NOW, reason="lost", max_resends=2)
            assert moved == (delivery_id,)
        settle_next(ledger, S.UNKNOWN, minutes=3)
        assert ledger.reset_unknown([delivery_id], at=NOW, reason="lost", max_resends=2) == ()
        assert ledger.count_by_state(ISSUE_ID) == {S.UNKNOWN: 1}

    def test_only_what_is_unknown_is_sent_again(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        sent, unknown = settle_next(ledger, S.SENT), settle_next(ledger, S.UNKNOWN)
        both = [sent, unknown, unknown, "nobody"]
        assert ledger.reset_unknown(both, at=NOW, reason="lost", max_resends=9) == (unknown,)

    def test_what_is_sent_again_has_a_new_deadline_and_opens_its_issue(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        unknown = settle_next(ledger, S.UNKNOWN)
        assert ledger.close_finished(ISSUE_ID)
        ledger.reset_unknown([unknown], at=NOW + HOUR, reason="lost", max_resends=1)
        assert ledger.skip_overdue(NOW + MINUTE) == 0
        (claim,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        assert claim.delivery.attempt == 2

    def test_nothing_of_a_cancelled_issue_is_sent_again(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        unknown = settle_next(ledger, S.UNKNOWN)
        ledger.cancel(ISSUE_ID)
        assert ledger.reset_unknown([unknown], at=NOW, reason="lost", max_resends=9) == ()

    def test_silence_is_no_proof_while_no_event_of_a_later_mail_has_come(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        settle_next(ledger, S.UNKNOWN, minutes=1)
        settle_next(ledger, S.SENT, minutes=2)
        assert silent(ledger) == ()

    def test_a_lease_that_ran_out_is_dated_by_the_moment_it_was_found(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        ledger.expire_leases(NOW + HOUR)
        assert silent(ledger) == ()


class BatchContract:
    """Tests of settling many, of claiming some, of counting all."""

    def test_many_are_settled_at_once_and_each_is_answered_for(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        claims = ledger.claim(ISSUE_ID, limit=3, lease_until=LEASE_UNTIL)
        ledger.settle(claims[1], S.PLANNED)
        settlements = [
            Settlement(claim=claim, state=S.SENT, at=NOW, receipt=receipt_at(0)) for claim in claims
        ]
        assert ledger.settle_all(settlements) == (True, False, True)
        assert ledger.count_by_state(ISSUE_ID) == {S.SENT: 2, S.PLANNED: 1}
        assert ledger.settle_all([]) == ()

    def test_of_two_words_about_one_claim_the_first_counts(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        one, other = ledger.claim(ISSUE_ID, limit=2, lease_until=LEASE_UNTIL)
        told = [(one, S.UNKNOWN), (other, S.REJECTED), (one, S.PLANNED), (other, S.REJECTED)]
        settlements = [Settlement(claim=claim, state=state) for claim, state in told]
        assert ledger.settle_all(settlements) == (True, True, False, False)
        assert ledger.count_by_state(ISSUE_ID) == {S.UNKNOWN: 1, S.REJECTED: 1}

    def test_one_settlement_against_the_table_settles_none(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        one, other = ledger.claim(ISSUE_ID, limit=2, lease_until=LEASE_UNTIL)
        wrong = Settlement(claim=other, state=S.DELIVERED)
        with pytest.raises(ValueError, match="delivered"):
            ledger.settle_all([Settlement(claim=one, state=S.UNKNOWN, at=NOW), wrong])
        assert ledger.count_by_state(ISSUE_ID) == {S.SENDING: 2}

    def test_with_only_nobody_else_is_claimed(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(5, ledger=ledger, subscribers=subscribers)
        wanted = {make_delivery(2).id, make_delivery(4).id}
        claims = ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL, only=wanted)
        assert {claim.delivery.id for claim in claims} == wanted
        assert ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL, only=wanted) == ()
        assert ledger.claim(ISSUE_ID, limit=9, lease_until=LEASE_UNTIL, only=()) == ()
        some = [*wanted, make_delivery(1).id, "nobody's"]
        assert ledger.count_by_state(ISSUE_ID, only=some) == {S.SENDING: 2, S.PLANNED: 1}
        assert ledger.count_by_state(ISSUE_ID, only=()) == {}

    def test_accepted_mails_are_counted_over_all_issues_since_an_instant(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        assert ledger.sends_since(NOW) == (0, None)
        plan_for(3, ledger=ledger, subscribers=subscribers)
        later = make_issue(id=NEXT_ID)
        ledger.plan(later, [make_delivery(1, issue=later)])
        settle_next(ledger, S.SENT, minutes=1)
        settle_next(ledger, S.SENT, minutes=3)
        settle_next(ledger, S.SENT, minutes=5, issue_id=NEXT_ID)
        settle_next(ledger, S.REJECTED, minutes=6)
        assert ledger.sends_since(NOW + 3 * MINUTE) == (2, NOW + 3 * MINUTE)


def silent(ledger: Ledger) -> tuple[str, ...]:
    """Return what became unknown in the last day and no event speaks of."""
    return ledger.silent_unknown(
        ISSUE_ID, settled_after=NOW - 24 * HOUR, settled_before=NOW + 24 * HOUR, max_resends=1
    )


class HeldContract(
    HandedBackContract,
    ParkContract,
    IssueEndContract,
    DeadlineContract,
    UnknownContract,
    BatchContract,
):
    """All tests of this module."""
