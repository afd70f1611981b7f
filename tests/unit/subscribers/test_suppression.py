"""What is heard of a mail, and what follows for its reader."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.model import SubscriberState
from subscribers.soft_bounces import PAUSE, Heard, News, SoftPause
from subscribers.suppression import (
    EFFECTS,
    Effect,
    Standing,
    Suppression,
    SuppressionReason,
    decide,
    end_pause,
    lift,
    suppress,
)
from tests.factories import NOW

ACTIVE, PAUSED = SubscriberState.ACTIVE, SubscriberState.PAUSED
SUPPRESSED, UNSUBSCRIBED = SubscriberState.SUPPRESSED, SubscriberState.UNSUBSCRIBED
DAY = timedelta(days=1)


def heard(
    news: News, *, days_ago: float = 1, mail: str | None = None, is_new: bool = True
) -> Heard:
    at = NOW - days_ago * DAY
    return Heard(news=news, mail=mail or f"mail {days_ago}", at=at, is_new=is_new)


def three_strikes() -> list[Heard]:
    return [heard(News.BOUNCED_FOR_NOW, days_ago=days) for days in (3, 2, 1)]


def after(*news: Heard, state: SubscriberState | None = ACTIVE) -> Standing:
    return decide(Standing(state=state), news, now=NOW)


def test_every_news_has_an_effect() -> None:
    assert set(EFFECTS) == set(News)
    assert set(EFFECTS.values()) == set(Effect)


@pytest.mark.parametrize(
    ("news", "reason"),
    [
        (News.BOUNCED_FOR_GOOD, SuppressionReason.BOUNCE),
        (News.COMPLAINED, SuppressionReason.COMPLAINT),
    ],
)
@pytest.mark.parametrize("state", [each for each in SubscriberState if each is not SUPPRESSED])
def test_a_dead_address_and_a_complaint_end_the_mails(
    news: News, reason: SuppressionReason, state: SubscriberState
) -> None:
    standing = after(heard(news), state=state)
    assert standing.state is SUPPRESSED
    assert standing.suppression == Suppression(reason=reason, since=NOW - DAY, state_before=state)


@pytest.mark.parametrize(
    "news",
    [
        *(News.ACCEPTED, News.DELAYED, News.DELIVERED, News.BOUNCED_FOR_NOW, News.REJECTED),
        *(News.BOUNCED_UNCLEARLY, News.CONTENT_REFUSED, News.CALLED_NOT_SPAM),
    ],
)
@pytest.mark.parametrize("state", [*SubscriberState, None])
def test_all_else_changes_nobody(news: News, state: SubscriberState | None) -> None:
    suppression = Suppression(reason=SuppressionReason.BOUNCE, since=NOW, state_before=ACTIVE)
    before = Standing(state=state, suppression=suppression if state is SUPPRESSED else None)
    assert decide(before, [heard(news)], now=NOW) == before


def test_an_address_that_is_nobodys_can_be_suppressed() -> None:
    standing = after(heard(News.BOUNCED_FOR_GOOD), state=None)
    assert standing.state is None
    assert standing.suppression is not None


def test_a_complaint_is_stronger_than_a_bounce_whichever_comes_first() -> None:
    bounce, complaint = heard(News.BOUNCED_FOR_GOOD, days_ago=3), heard(News.COMPLAINED)
    for order in ([bounce, complaint], [complaint, bounce]):
        standing = Standing(state=ACTIVE)
        for each in order:
            standing = decide(standing, [each], now=NOW)
        assert standing.suppression is not None
        assert standing.suppression.reason is SuppressionReason.COMPLAINT
        assert standing.suppression.since == NOW - DAY
        assert standing.suppression.state_before is ACTIVE


def test_who_leaves_and_bounces_has_left_in_any_order() -> None:
    news = [heard(News.LEFT), heard(News.BOUNCED_FOR_GOOD, days_ago=2)]
    for order in (news, news[::-1]):
        standing = Standing(state=ACTIVE)
        for each in order:
            standing = decide(standing, [each], now=NOW)
        assert lift(standing).state is UNSUBSCRIBED


def test_old_news_do_not_undo_what_came_after_them() -> None:
    old = [
        heard(news, is_new=False) for news in (News.LEFT, News.BOUNCED_FOR_GOOD, News.COMPLAINED)
    ]
    assert after(*old) == Standing(state=ACTIVE)


def test_three_strikes_pause_for_thirty_days() -> None:
    standing = after(*three_strikes())
    assert standing.state is PAUSED
    assert standing.pause == SoftPause(since=NOW - DAY, until=NOW - DAY + PAUSE)


@pytest.mark.parametrize(
    ("state", "is_on"),
    [(PAUSED, False), (SubscriberState.PENDING, False), (UNSUBSCRIBED, False), (None, False)],
)
def test_only_an_active_reader_is_paused(state: SubscriberState | None, is_on: bool) -> None:
    standing = after(*three_strikes(), state=state)
    assert standing.state is state
    assert standing.pause is not None
    assert standing.pause.is_on is is_on


def test_a_pause_that_would_be_over_does_not_begin() -> None:
    old = [heard(News.BOUNCED_FOR_NOW, days_ago=days) for days in (33, 32, 31)]
    assert after(*old).state is ACTIVE


def test_a_pause_that_was_none_after_all_ends() -> None:
    paused = after(*three_strikes())
    out_of_office = heard(News.DELIVERED, days_ago=2)
    assert decide(paused, [*three_strikes(), out_of_office], now=NOW) == Standing(state=ACTIVE)


def test_a_pause_ends_by_itself_and_does_not_begin_again_by_old_strikes() -> None:
    paused = after(*three_strikes())
    later = NOW + 30 * DAY
    assert end_pause(paused, now=NOW + 29 * DAY - timedelta(seconds=1)) == paused
    ended = end_pause(paused, now=later)
    assert ended.state is ACTIVE
    assert decide(ended, three_strikes(), now=NOW).state is ACTIVE
    assert end_pause(ended, now=later) == ended


def test_three_more_strikes_pause_again() -> None:
    ended = end_pause(after(*three_strikes()), now=NOW + 30 * DAY)
    more = [heard(News.BOUNCED_FOR_NOW, days_ago=-days) for days in (30, 31, 32)]
    two = decide(ended, [*three_strikes(), *more[:2]], now=NOW + 33 * DAY)
    assert two.state is ACTIVE
    assert decide(two, [*three_strikes(), *more], now=NOW + 33 * DAY).state is PAUSED


def test_a_reader_who_ends_the_pause_is_not_paused_by_the_same_strikes() -> None:
    resumed = replace(after(*three_strikes()), state=ACTIVE)
    again = decide(resumed, three_strikes(), now=NOW)
    assert again.state is ACTIVE
    assert again.pause is not None
    assert not again.pause.is_on


def test_a_pause_by_the_reader_is_not_ended() -> None:
    standing = after(*three_strikes(), state=PAUSED)
    assert end_pause(standing, now=NOW + 60 * DAY).state is PAUSED


def test_suppressed_while_paused_by_bounces_was_active_before() -> None:
    both = after(*three_strikes(), heard(News.BOUNCED_FOR_GOOD))
    assert both.suppression is not None
    assert both.suppression.state_before is ACTIVE
    assert end_pause(both, now=NOW + 60 * DAY) == both
    one_by_one = decide(after(*three_strikes()), [heard(News.BOUNCED_FOR_GOOD)], now=NOW)
    assert one_by_one.suppression == both.suppression
    assert lift(both).state is ACTIVE


@pytest.mark.parametrize("reason", SuppressionReason)
def test_by_hand_only_a_stronger_reason_replaces_one(reason: SuppressionReason) -> None:
    bounced = after(heard(News.BOUNCED_FOR_GOOD))
    again = suppress(bounced, reason, now=NOW)
    assert again.state is SUPPRESSED
    assert again.suppression is not None
    assert again.suppression.reason is reason
    assert again.suppression.state_before is ACTIVE
    complained = after(heard(News.COMPLAINED))
    assert suppress(complained, reason, now=NOW).suppression == complained.suppression


def test_complaint_and_erasure_are_for_good() -> None:
    lasting = {
        reason for reason in SuppressionReason if Suppression(reason=reason, since=NOW).is_for_good
    }
    assert lasting == {SuppressionReason.COMPLAINT, SuppressionReason.ERASED}


def test_a_suppressed_record_without_a_reason_is_lifted_to_nobody_who_gets_mail() -> None:
    assert lift(Standing(state=SUPPRESSED)).state is UNSUBSCRIBED


SUPPRESSIONS = st.builds(
    Suppression,
    reason=st.sampled_from(SuppressionReason),
    since=st.integers(0, 5).map(lambda days: NOW + days * DAY),
)


@given(SUPPRESSIONS, SUPPRESSIONS, SUPPRESSIONS)
def test_merging_suppressions_is_a_join(a: Suppression, b: Suppression, c: Suppression) -> None:
    assert a.merged(a) == a == a.merged(None)
    assert a.merged(b) == b.merged(a)
    assert a.merged(b).merged(c) == a.merged(b.merged(c))
