"""What is written is what is read."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import Pick, Reason, ReasonKind, Score, Signal
from newsletter.stores.sqlite.codec import (
    decode_picks,
    encode_picks,
    from_instant,
    to_instant,
    to_text,
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
reasons = st.builds(Reason, kind=st.sampled_from(ReasonKind), term=st.text(), value=numbers)
scores = st.builds(
    Score,
    value=numbers,
    parts=st.dictionaries(st.sampled_from(Signal), numbers),
    reasons=st.lists(reasons, max_size=4).map(tuple),
    pinned=st.booleans(),
)
picks = st.builds(Pick, paper_id=st.text(), version=st.integers(min_value=1), score=scores)
instants = st.datetimes(
    min_value=datetime(1991, 8, 14),  # noqa: DTZ001 - the zone is drawn below
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=9))]),
)


@given(st.lists(picks, max_size=5).map(tuple))
def test_picks_come_back_exactly(some: tuple[Pick, ...]) -> None:
    assert decode_picks(encode_picks(some)) == some


def test_fifteen_picks_with_three_reasons_fit_in_three_kilobytes() -> None:
    reason = Reason(kind=ReasonKind.TITLE_KEYWORD, term="sparse attention", value=0.123456789)
    score = Score(value=1.23456789, parts={Signal.TEXT: 1.23456789}, reasons=(reason,) * 3)
    pick = Pick(paper_id="2611.00001", version=1, score=score)
    assert len(encode_picks((pick,) * 15)) < 3_500


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode_picks((Pick(paper_id="1", version=1, score=Score(value=float("nan"))),))


@given(instants, instants)
def test_the_order_of_texts_is_the_order_in_time(one: datetime, other: datetime) -> None:
    assert (to_instant(one) < to_instant(other)) == (one < other)
    assert from_instant(to_instant(one)) == one


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_instant(datetime(2026, 11, 20))  # noqa: DTZ001 - that is the point


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_kept(text: str) -> None:
    kept = to_text(text)
    kept.encode()
    assert len(kept) <= len(text)


@given(st.text())
def test_text_without_lone_surrogates_is_kept_as_it_is(text: str) -> None:
    assert to_text(text) == text
