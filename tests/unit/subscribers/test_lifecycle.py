"""Steps of a record: every state with every step."""

from datetime import UTC, date, datetime

import pytest

from subscribers import lifecycle
from subscribers.errors import InvalidAddressError, InvalidTransitionError
from subscribers.lifecycle import TRANSITIONS, Step
from subscribers.model import SubscriberState
from subscribers.preferences import Preferences
from tests.factories import make_interests, make_subscriber

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FUNCTIONS = {
    Step.REQUEST: lifecycle.request,
    Step.RETURN: lifecycle.come_back,
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


BY_THEMSELVES = {Step.REQUEST, Step.RETURN}


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (SubscriberState.UNSUBSCRIBED, set(Step) - BY_THEMSELVES),
        (SubscriberState.SUPPRESSED, set(Step)),
    ],
)
def test_nobody_but_the_reader_brings_back_who_left(
    state: SubscriberState, steps: set[Step]
) -> None:
    reached = {state}
    for _ in SubscriberState:
        reached |= {to for (at, by), to in TRANSITIONS.items() if at in reached and by in steps}
    assert SubscriberState.ACTIVE not in reached


def test_whoever_asks_again_after_leaving_must_confirm_again() -> None:
    left = lifecycle.unsubscribe(make_subscriber())
    asked = lifecycle.request(left)
    assert (asked.state, asked.confirmed_at) == (SubscriberState.PENDING, None)
    assert lifecycle.confirm(asked, NOW).confirmed_at == NOW


def test_undoing_to_leave_keeps_the_pause_of_before() -> None:
    until = date(2026, 12, 1)
    left = lifecycle.unsubscribe(lifecycle.pause(make_subscriber(), until=until))
    back = lifecycle.come_back(left)
    assert (back.state, back.paused_until) == (SubscriberState.PAUSED, until)


@pytest.mark.parametrize(
    ("at", "is_over"),
    [
        (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 15, tzinfo=UTC), True),
    ],
)
def test_a_pause_ends_with_the_readers_own_midnight(at: datetime, is_over: bool) -> None:
    reader = make_subscriber(timezone="Asia/Tokyo")
    paused = lifecycle.pause(reader, until=date(2026, 12, 1))
    assert lifecycle.is_pause_over(paused, at) is is_over


def test_a_pause_without_an_end_is_never_over() -> None:
    paused = lifecycle.pause(make_subscriber())
    assert not lifecycle.is_pause_over(paused, NOW)
    assert lifecycle.resume(lifecycle.pause(paused, until=date(2026, 12, 1))).paused_until is None


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
