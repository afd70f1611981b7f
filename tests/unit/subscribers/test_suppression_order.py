"""Whatever the order, the repetition and the portions in which news come: the same standing."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from subscribers.model import SubscriberState
from subscribers.soft_bounces import Heard, News
from subscribers.suppression import Standing, decide
from tests.factories import NOW

NEWS = st.builds(
    Heard,
    # Soft bounces, deliveries and a pause that ends in between make it hard.
    news=st.sampled_from([*News, *[News.BOUNCED_FOR_NOW] * 12, News.BOUNCED_UNCLEARLY]),
    mail=st.sampled_from([f"mail {number}" for number in range(12)]),
    at=st.integers(0, 45 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
)
SOFT = st.sampled_from([News.BOUNCED_FOR_NOW, News.BOUNCED_UNCLEARLY, News.DELIVERED])
STATES = st.sampled_from([None, *(each for each in SubscriberState if each != "suppressed")])


def in_portions(standing: Standing, portions: list[list[Heard]]) -> Standing:
    """Take the portions in one after the other, as a store does; copies are not new again."""
    kept: dict[Heard, Heard] = {}
    for portion in portions:
        for each in portion:
            kept.setdefault(each, replace(each, is_new=True))
        standing = decide(standing, kept.values(), now=NOW)
        kept = {key: replace(each, is_new=False) for key, each in kept.items()}
    return standing


def cut(news: list[Heard], at: list[int]) -> list[list[Heard]]:
    ends = sorted({min(each, len(news)) for each in at} | {0, len(news)})
    return [news[start:end] for start, end in pairwise(ends)]


@given(st.lists(NEWS, max_size=30), STATES, st.lists(st.integers(0, 60)), st.data())
def test_order_repetition_and_portions_do_not_matter(
    news: list[Heard], state: SubscriberState | None, ends: list[int], data: st.DataObject
) -> None:
    once = in_portions(Standing(state=state), [news])
    shuffled = data.draw(st.permutations(news + news))
    assert in_portions(Standing(state=state), cut(list(shuffled), ends)) == once


@given(
    st.lists(
        st.builds(
            Heard,
            news=SOFT,
            mail=NEWS.map(lambda each: each.mail),
            at=NEWS.map(lambda each: each.at),
        ),
        max_size=25,
    ),
    st.data(),
)
def test_soft_bounces_one_by_one_pause_as_all_at_once(
    news: list[Heard], data: st.DataObject
) -> None:
    start = Standing(state=SubscriberState.ACTIVE)
    once = in_portions(start, [news])
    shuffled = data.draw(st.permutations(news))
    assert in_portions(start, [[each] for each in shuffled]) == once


@given(st.lists(NEWS, max_size=20))
def test_nothing_new_changes_nothing(news: list[Heard]) -> None:
    start = Standing(state=SubscriberState.ACTIVE)
    assert in_portions(start, [news, news, []]) == in_portions(start, [news])


@given(st.lists(NEWS, max_size=20), NEWS)
def test_a_complaint_beats_all(news: list[Heard], last: Heard) -> None:
    complaint = replace(last, news=News.COMPLAINED)
    standing = in_portions(
        Standing(state=SubscriberState.ACTIVE), [[*news[:10], complaint], news[10:]]
    )
    assert standing.state is SubscriberState.SUPPRESSED
    assert standing.suppression is not None
    assert standing.suppression.is_for_good
