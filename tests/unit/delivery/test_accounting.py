"""Accounting and the table of transitions."""

import pytest

from newsletter.delivery.accounting import account
from newsletter.model import DeliveryState
from newsletter.model.transitions import END_STATES, FIRST_STATES, TRANSITIONS, may_follow

S = DeliveryState


def test_end_states_that_sum_up_to_all_add_up() -> None:
    accounting = account({S.SENT: 7, S.SKIPPED: 2, S.UNKNOWN: 1, S.PLANNED: 0})
    assert accounting.candidates == 10
    assert accounting.adds_up
    assert accounting.unfinished == {}


@pytest.mark.parametrize("state", sorted(set(S) - END_STATES))
def test_anything_unfinished_does_not_add_up(state: DeliveryState) -> None:
    accounting = account({S.SENT: 9, state: 1})
    assert not accounting.adds_up
    assert accounting.unfinished == {state: 1}


def test_a_row_that_vanished_does_not_add_up() -> None:
    assert not account({S.SENT: 9}, candidates=10).adds_up
    assert account({}).adds_up


def test_every_state_has_its_place_in_the_table() -> None:
    assert set(TRANSITIONS) == set(S)
    reached = FIRST_STATES.union(*TRANSITIONS.values())
    assert reached == set(S)


def test_what_may_have_been_accepted_never_goes_back_to_planned() -> None:
    might_be_accepted = {S.UNKNOWN, S.SENT, S.DELIVERED, S.DELAYED, S.BOUNCED, S.COMPLAINED}
    reachable, fresh = set(might_be_accepted), set(might_be_accepted)
    while fresh:
        fresh = set().union(*(TRANSITIONS[state] for state in fresh)) - reachable
        reachable |= fresh
    assert not reachable & {S.PLANNED, S.SENDING, S.PARKED}


def test_nothing_is_sent_without_a_claim_or_the_proof_of_one() -> None:
    assert [state for state in S if may_follow(state, S.SENT)] == [
        *(S.PLANNED, S.SENDING, S.PARKED, S.UNKNOWN)
    ]
    assert [state for state in S if may_follow(state, S.SENDING)] == [S.PLANNED]
