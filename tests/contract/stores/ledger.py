"""What every ``Ledger`` does; each adapter's test gives ``ledger`` and ``subscribers``."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from newsletter.errors import StoreError
from newsletter.model import (
    Batch,
    BatchState,
    Claim,
    Delivery,
    DeliveryState,
    IssueState,
    Receipt,
    SkipReason,
)
from newsletter.ports import Ledger
from subscribers.model import SubscriberState
from subscribers.ports import SubscriberStore
from tests.contract.stores.ledger_held import HeldContract
from tests.contract.stores.values import (
    ISSUE_ID,
    LEASE_UNTIL,
    make_delivery,
    make_pick,
    plan_for,
)
from tests.factories import DAY, NOW, make_issue, make_subscriber

RECEIPT = Receipt(provider_id="250 queued as 7", accepted_at=NOW)


def claim_one(ledger: Ledger) -> Claim:
    (claim,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
    return claim


class PlanContract:
    """Tests of planning and of issues."""

    many_rows = 1100

    def test_an_issue_and_its_deliveries_come_back_as_they_were(self, ledger: Ledger) -> None:
        batch = Batch(category="cs.LG", announced_on=DAY, state=BatchState.STALLED, detail="old")
        issue = make_issue(batches=(batch,))
        assert ledger.plan(issue, [make_delivery(1)]) == 1
        assert ledger.issue(issue.id) == issue
        assert list(ledger.deliveries(issue.id)) == [make_delivery(1)]
        assert ledger.delivery(make_delivery(1).id) == make_delivery(1)
        assert ledger.delivery("nobody's") is None

    def test_planning_again_keeps_picks_state_and_issue(self, ledger: Ledger) -> None:
        ledger.plan(make_issue(), [make_delivery(1)])
        again = replace(make_delivery(1), picks=(make_pick(9),))
        assert ledger.plan(make_issue(announced=99), [again, make_delivery(2)]) == 1
        stored = {delivery.id: delivery for delivery in ledger.deliveries(ISSUE_ID)}
        assert stored[again.id].picks == make_delivery(1).picks
        assert ledger.issue(ISSUE_ID) == make_issue()

    def test_a_failure_while_planning_leaves_nothing(self, ledger: Ledger) -> None:
        def broken() -> Iterator[Delivery]:
            yield make_delivery(1)
            raise RuntimeError("ranking broke")

        with pytest.raises(RuntimeError):
            ledger.plan(make_issue(), broken())
        assert ledger.issue(ISSUE_ID) is None
        assert ledger.count_by_state(ISSUE_ID) == {}

    def test_the_ledger_may_be_asked_while_deliveries_are_made(self, ledger: Ledger) -> None:
        count = ledger.plan(
            make_issue(),
            (make_delivery(number) for number in range(3) if not ledger.shown_papers(["x"])["x"]),
        )
        assert count == 3

    def test_a_delivery_of_another_issue_is_refused(self, ledger: Ledger) -> None:
        other = make_delivery(1, issue=make_issue(id="2026-11-21-daily"))
        with pytest.raises(ValueError, match="2026-11-21-daily"):
            ledger.plan(make_issue(), [other])

    def test_a_delivery_cannot_begin_as_sent(self, ledger: Ledger) -> None:
        with pytest.raises(ValueError, match="sent"):
            ledger.plan(make_issue(), [replace(make_delivery(1), state=DeliveryState.SENT)])

    def test_the_latest_issue_has_the_newest_last_day(self, ledger: Ledger) -> None:
        assert ledger.latest_issue() is None
        later = make_issue(id="2026-11-21-daily", last_on=DAY + timedelta(days=1))
        ledger.plan(later, [])
        ledger.plan(make_issue(), [])
        assert ledger.latest_issue() == later

    def test_current_are_the_issues_of_the_newest_day_and_those_not_over(
        self, ledger: Ledger
    ) -> None:
        assert ledger.current_issues() == ()
        states = {
            "2026-11-17-daily": IssueState.DONE,
            "2026-11-18-daily": IssueState.PAUSED,
            "2026-11-19-daily": IssueState.OPEN,
            "2026-11-20-daily": IssueState.DONE,
            "2026-11-20-weekly": IssueState.CANCELLED,
        }
        for each, state in states.items():
            ledger.plan(make_issue(id=each, last_on=date.fromisoformat(each[:10])), [])
            ledger.set_issue_state(each, state)
        found = {issue.id: issue.state for issue in ledger.current_issues()}
        assert list(found.items()) == list(states.items())[1:]

    def test_the_state_of_an_issue_nobody_planned_cannot_be_set(self, ledger: Ledger) -> None:
        with pytest.raises(StoreError, match="2026-11-20-daily"):
            ledger.set_issue_state(ISSUE_ID, IssueState.PAUSED)

    def test_deliveries_are_in_order_of_id_over_page_ends(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        made = [make_delivery(number, papers=0) for number in range(self.many_rows)]
        ledger.plan(make_issue(), iter(made))
        found = [delivery.id for delivery in ledger.deliveries(ISSUE_ID)]
        assert found == sorted(each.id for each in made)
        assert len(list(ledger.deliveries(ISSUE_ID, state=DeliveryState.SKIPPED))) == 0
        assert len(list(ledger.deliveries(ISSUE_ID, state=DeliveryState.PLANNED))) == len(made)


class ClaimContract:
    """Tests of claims."""

    def test_a_claim_has_the_frozen_picks_and_the_subscriber_of_now(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        changed = subscribers.save(replace(make_subscriber(1), language="zh"))
        claim = claim_one(ledger)
        assert claim.subscriber == changed
        assert claim.delivery == replace(
            make_delivery(1), state=DeliveryState.SENDING, attempt=1, lease_until=LEASE_UNTIL
        )
        assert list(ledger.deliveries(ISSUE_ID)) == [claim.delivery]

    def test_nothing_is_claimed_twice(self, ledger: Ledger, subscribers: SubscriberStore) -> None:
        plan_for(5, ledger=ledger, subscribers=subscribers)
        claimed: list[str] = []
        while claims := ledger.claim(ISSUE_ID, limit=2, lease_until=LEASE_UNTIL):
            claimed += [claim.delivery.id for claim in claims]
        assert sorted(claimed) == sorted(make_delivery(number).id for number in range(1, 6))

    @pytest.mark.parametrize("state", [IssueState.PAUSED, IssueState.DONE])
    def test_nothing_is_claimed_unless_the_issue_is_open(
        self, ledger: Ledger, subscribers: SubscriberStore, state: IssueState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        ledger.set_issue_state(ISSUE_ID, state)
        assert ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL) == ()
        ledger.set_issue_state(ISSUE_ID, IssueState.OPEN)
        assert len(ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)) == 1

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            (SubscriberState.PENDING, SkipReason.PENDING),
            (SubscriberState.PAUSED, SkipReason.PAUSED),
            (SubscriberState.UNSUBSCRIBED, SkipReason.UNSUBSCRIBED),
            (SubscriberState.SUPPRESSED, SkipReason.SUPPRESSED),
        ],
    )
    def test_who_is_no_longer_active_is_skipped(
        self,
        ledger: Ledger,
        subscribers: SubscriberStore,
        state: SubscriberState,
        reason: SkipReason,
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        subscribers.save(replace(make_subscriber(1), state=state))
        assert ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL) == ()
        (delivery,) = ledger.deliveries(ISSUE_ID)
        assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, reason.value)

    def test_who_is_gone_or_never_confirmed_is_skipped(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        subscribers.remove(make_subscriber(1).id)
        subscribers.save(replace(make_subscriber(2), confirmed_at=None))
        assert ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL) == ()
        reasons = {one.subscriber_id: one.reason for one in ledger.deliveries(ISSUE_ID)}
        assert reasons == {make_subscriber(1).id: "removed", make_subscriber(2).id: "pending"}

    def test_those_who_are_skipped_do_not_hide_those_who_follow(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(20, ledger=ledger, subscribers=subscribers)
        for number in range(1, 20):
            subscribers.remove(make_subscriber(number).id)
        assert claim_one(ledger).subscriber == make_subscriber(20)

    def test_the_least_tried_come_first(self, ledger: Ledger, subscribers: SubscriberStore) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        first = claim_one(ledger)
        ledger.settle(first, DeliveryState.PLANNED)
        second = claim_one(ledger)
        assert second.delivery.id != first.delivery.id
        assert claim_one(ledger).delivery.attempt == 2


class SettleContract:
    """Tests of what becomes of claims."""

    def test_a_sent_delivery_has_its_receipt_and_its_papers_count_as_shown(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        claim = claim_one(ledger)
        assert ledger.shown_papers([make_subscriber(1).id]) == {make_subscriber(1).id: frozenset()}
        assert ledger.settle(claim, DeliveryState.SENT, receipt=RECEIPT, body_sha256="ab")
        (stored,) = ledger.deliveries(ISSUE_ID)
        assert stored.state is DeliveryState.SENT
        assert (stored.provider_id, stored.body_sha256) == (RECEIPT.provider_id, "ab")
        assert stored.lease_until is None
        shown = ledger.shown_papers([make_subscriber(1).id, "nobody"])
        assert shown[make_subscriber(1).id] == {"2611.00001", "2611.00002"}
        assert shown["nobody"] == frozenset()

    @pytest.mark.parametrize(
        "state",
        [
            DeliveryState.REJECTED,
            DeliveryState.UNKNOWN,
            DeliveryState.PARKED,
            DeliveryState.PLANNED,
        ],
    )
    def test_papers_of_a_mail_that_was_not_sent_are_not_shown(
        self, ledger: Ledger, subscribers: SubscriberStore, state: DeliveryState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        assert ledger.settle(claim_one(ledger), state, reason="no")
        (stored,) = ledger.deliveries(ISSUE_ID)
        assert (stored.state, stored.reason) == (state, "no")
        assert not ledger.shown_papers([make_subscriber(1).id])[make_subscriber(1).id]

    def test_a_claim_is_settled_once(self, ledger: Ledger, subscribers: SubscriberStore) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        claim = claim_one(ledger)
        assert ledger.settle(claim, DeliveryState.SENT, receipt=RECEIPT)
        assert not ledger.settle(claim, DeliveryState.REJECTED)
        assert ledger.count_by_state(ISSUE_ID) == {DeliveryState.SENT: 1}

    def test_an_earlier_attempt_cannot_settle_a_later_one(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        earlier = claim_one(ledger)
        ledger.settle(earlier, DeliveryState.PLANNED)
        later = claim_one(ledger)
        assert not ledger.settle(earlier, DeliveryState.REJECTED)
        assert ledger.settle(later, DeliveryState.SENT, receipt=RECEIPT)

    @pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.SKIPPED])
    def test_a_claim_cannot_be_settled_against_the_table(
        self, ledger: Ledger, subscribers: SubscriberStore, state: DeliveryState
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        with pytest.raises(ValueError, match=state.value):
            ledger.settle(claim_one(ledger), state)

    def test_a_lease_that_ran_out_is_unknown_and_never_claimed_again(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(1, ledger=ledger, subscribers=subscribers)
        claim = claim_one(ledger)
        assert ledger.expire_leases(LEASE_UNTIL - timedelta(microseconds=1)) == 0
        assert ledger.expire_leases(LEASE_UNTIL) == 1
        assert ledger.expire_leases(LEASE_UNTIL) == 0
        assert ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL) == ()
        assert not ledger.settle(claim, DeliveryState.PLANNED)
        assert ledger.count_by_state(ISSUE_ID) == {DeliveryState.UNKNOWN: 1}

    def test_only_what_is_planned_can_be_skipped(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(2, ledger=ledger, subscribers=subscribers)
        claim = claim_one(ledger)
        for number in (1, 2):
            ledger.skip(make_delivery(number).id, SkipReason.PAST_DEADLINE)
        states = {one.id: (one.state, one.reason) for one in ledger.deliveries(ISSUE_ID)}
        assert states.pop(claim.delivery.id) == (DeliveryState.SENDING, None)
        assert set(states.values()) == {(DeliveryState.SKIPPED, "past_deadline")}

    def test_shown_papers_answers_for_any_number_of_readers(
        self, ledger: Ledger, subscribers: SubscriberStore
    ) -> None:
        plan_for(3, ledger=ledger, subscribers=subscribers)
        for claim in ledger.claim(ISSUE_ID, limit=3, lease_until=LEASE_UNTIL):
            ledger.settle(claim, DeliveryState.SENT, receipt=RECEIPT)
        ids = [make_subscriber(number).id for number in range(2_000)]
        shown = ledger.shown_papers(ids)
        assert len(shown) == 2_000
        assert [number for number in range(2_000) if shown[ids[number]]] == [1, 2, 3]


class LedgerContract(PlanContract, ClaimContract, SettleContract, HeldContract):
    """All tests of the port."""
