"""Planning: one delivery each, with an id that tells nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.plan import delivery_id, plan
from newsletter.model import DeliveryState
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import make_pick
from tests.factories import make_issue, make_subscriber

ISSUE = make_issue()


@given(st.text(), st.text(), st.text(), st.text())
def test_ids_are_safe_anywhere_and_differ_when_their_parts_do(
    issue: str, subscriber: str, other_issue: str, other_subscriber: str
) -> None:
    one, other = delivery_id(issue, subscriber), delivery_id(other_issue, other_subscriber)
    assert re.fullmatch(r"[a-z2-7]{24}", one)
    if "\0" not in issue + other_issue:
        assert (one == other) == ((issue, subscriber) == (other_issue, other_subscriber))


def test_an_id_has_nothing_of_its_subscriber() -> None:
    made = delivery_id("2026-11-20-daily", "01HV0000000000000000000001")
    assert made == delivery_id("2026-11-20-daily", "01HV0000000000000000000001")
    assert "01hv" not in made


def test_a_choice_becomes_a_planned_delivery_with_its_picks(store: SqliteStore) -> None:
    picks = (make_pick(2), make_pick(1))
    assert plan(ISSUE, [(make_subscriber(1), picks, 7)], ledger=store.ledger) == 1
    (delivery,) = store.ledger.deliveries(ISSUE.id)
    assert (delivery.state, delivery.picks, delivery.matched) == (DeliveryState.PLANNED, picks, 7)
    assert delivery.subscriber_id == make_subscriber(1).id


def test_who_has_no_picks_is_skipped_from_the_start(store: SqliteStore) -> None:
    plan(ISSUE, [(make_subscriber(1), (), 0)], ledger=store.ledger)
    (delivery,) = store.ledger.deliveries(ISSUE.id)
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, "nothing_to_say")


def test_planning_the_same_issue_twice_makes_the_same_rows(store: SqliteStore) -> None:
    choices = [(make_subscriber(number), (make_pick(),), 1) for number in range(3)]
    assert plan(ISSUE, choices, ledger=store.ledger) == 3
    assert plan(ISSUE, choices, ledger=store.ledger) == 0
    assert store.ledger.count_by_state(ISSUE.id) == {DeliveryState.PLANNED: 3}
