"""Steps of a record: every state with every step."""

from datetime import UTC, datetime

import pytest

from subscribers import lifecycle
from subscribers.errors import InvalidAddressError, InvalidTransitionError
from subscribers.lifecycle import TRANSITIONS, Step
from subscribers.model import SubscriberState
from subscribers.preferences import Preferences
from tests.factories import make_interests, make_subscriber

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FUNCTIONS = {
    Step.CONFIRM: lambda subscriber: lifecycle.confirm(subscriber, NOW),
    Step.PAUSE: lifecycle.pause,
    Step.RESUME: lifecycle.resume,
    Step.UNSUBSCRIBE: lifecycle.unsubscribe,
    Step.SUPPRESS: lifecycle.suppress,
}


@pytest.mark.parametrize("state", SubscriberState)
@pytest.mark.parametrize("step", Step)
def test_each_step_follows_the_table(state: SubscriberState, step: Step) -> None:
    subscriber = make_subscriber(state=state)
    wanted = TRANSITIONS.get((state, step))
    if wanted is None:
        with pytest.raises(InvalidTransitionError, match=r"r\*\*\*1@example.org cannot be changed"):
            FUNCTIONS[step](subscriber)
    else:
        assert FUNCTIONS[step](subscriber).state is wanted


@pytest.mark.parametrize("state", SubscriberState)
@pytest.mark.parametrize("step", [Step.UNSUBSCRIBE, Step.SUPPRESS])
def test_leaving_is_never_refused_and_stops_the_mails(state: SubscriberState, step: Step) -> None:
    gone = (SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED)
    assert TRANSITIONS[state, step] in gone


@pytest.mark.parametrize("state", [SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
def test_no_step_brings_back_who_is_gone(state: SubscriberState) -> None:
    reached = {state}
    for _ in SubscriberState:
        reached |= {to for (at, _), to in TRANSITIONS.items() if at in reached}
    assert SubscriberState.ACTIVE not in reached


def test_an_old_confirmation_does_not_end_a_pause() -> None:
    paused = lifecycle.pause(make_subscriber())
    assert lifecycle.confirm(paused, NOW) == paused
    assert lifecycle.resume(paused).state is SubscriberState.ACTIVE


@pytest.mark.parametrize("step", Step)
def test_a_step_made_twice_is_made_once(step: Step) -> None:
    state = SubscriberState.PENDING if step is Step.CONFIRM else SubscriberState.ACTIVE
    once = FUNCTIONS[step](make_subscriber(state=state))
    assert FUNCTIONS[step](once) == once


def test_confirming_says_when_and_keeps_the_first_time() -> None:
    pending = make_subscriber(state=SubscriberState.PENDING, confirmed_at=None)
    assert lifecycle.confirm(pending, NOW).confirmed_at == NOW
    active = make_subscriber()
    assert lifecycle.confirm(active, NOW) == active


def test_an_operators_word_makes_an_active_reader_from_the_template() -> None:
    made = lifecycle.subscribe_directly(
        "Reader@Example.org",
        subscriber_id="01READER000000000000000009",
        template=make_interests("template phrase"),
        preferences=Preferences(language="zh", max_papers=3),
        now=NOW,
    )
    assert made.address == "Reader@example.org"
    assert made.state is SubscriberState.ACTIVE
    assert made.confirmed_at == made.created_at == NOW
    assert made.interests.keywords == make_interests("template phrase").keywords
    assert (made.interests.max_papers, made.language) == (3, "zh")


def test_an_operator_cannot_add_what_is_no_address() -> None:
    with pytest.raises(InvalidAddressError):
        lifecycle.subscribe_directly(
            "reader",
            subscriber_id="01READER000000000000000009",
            template=make_interests(),
            preferences=Preferences(),
            now=NOW,
        )
