"""Accounting and the table of transitions."""

import pytest

from newsletter.delivery.accounting import account, account_issue
from newsletter.model import DeliveryState
from newsletter.model.transitions import END_STATES, FIRST_STATES, TRANSITIONS, may_follow
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import ISSUE_ID
from tests.unit.delivery.scripted import plan_readers

S = DeliveryState


def test_end_states_that_sum_up_to_all_add_up() -> None:
    accounting = account({S.SENT: 7, S.SKIPPED: 2, S.UNKNOWN: 1, S.PLANNED: 0})
    assert accounting.candidates == 10
    assert accounting.adds_up
    assert accounting.unfinished == {}


@pytest.mark.parametrize("state", sorted(set(S) - END_STATES))
def test_what_is_unfinished_is_told_and_accounted_for(state: DeliveryState) -> None:
    accounting = account({S.SENT: 9, state: 1})
    assert not accounting.is_finished
    assert accounting.adds_up
    assert accounting.unfinished == {state: 1}


def test_a_row_that_vanished_does_not_add_up() -> None:
    accounting = account({S.SENT: 9}, candidates=10)
    assert (accounting.lost, accounting.adds_up, accounting.is_finished) == (1, False, False)
    assert account({}).is_finished


def test_a_row_that_is_deleted_from_the_ledger_is_noticed(store: SqliteStore) -> None:
    plan_readers(store, 3)
    assert account_issue(store.ledger, ISSUE_ID).adds_up
    with store._file.write() as database:
        database.execute("DELETE FROM deliveries WHERE subscriber_id LIKE '%2'")
    accounting = account_issue(store.ledger, ISSUE_ID)
    assert (accounting.candidates, accounting.lost) == (3, 1)


def test_an_issue_nobody_planned_has_nothing_to_account_for(store: SqliteStore) -> None:
    assert account_issue(store.ledger, "2026-11-21-daily").is_finished


def test_every_state_has_its_place_in_the_table() -> None:
    assert set(TRANSITIONS) == set(S)
    reached = FIRST_STATES.union(*TRANSITIONS.values())
    assert reached == set(S)


def test_what_was_accepted_never_goes_back_to_planned() -> None:
    was_accepted = {S.SENT, S.DELIVERED, S.DELAYED, S.BOUNCED, S.COMPLAINED}
    reachable, fresh = set(was_accepted), set(was_accepted)
    while fresh:
        fresh = set().union(*(TRANSITIONS[state] for state in fresh)) - reachable
        reachable |= fresh
    assert not reachable & {S.PLANNED, S.SENDING, S.PARKED, S.UNKNOWN}


def test_what_may_have_been_accepted_is_only_sent_again_over_planned() -> None:
    assert TRANSITIONS[S.UNKNOWN] == {S.SENT, S.PLANNED}


def test_nothing_is_sent_without_a_claim_or_the_proof_of_one() -> None:
    assert [state for state in S if may_follow(state, S.SENT)] == [
        *(S.PLANNED, S.SENDING, S.PARKED, S.UNKNOWN)
    ]
    assert [state for state in S if may_follow(state, S.SENDING)] == [S.PLANNED]
