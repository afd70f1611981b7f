"""Even spacing: never too many in any second, slower after a refusal, recovered in time."""

import itertools
from bisect import bisect_left
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.pacing import LEAST_SHARE, Pacing

RATES = st.floats(0.2, 500, allow_nan=False)
STEPS = st.tuples(
    st.floats(0, 3), st.integers(1, 40), st.sampled_from(["reserve", "reserve", "slow_down"])
)


def most_in_one_second(moments: list[float]) -> int:
    """Return the most moments in any one second, open at its end."""
    return max(bisect_left(moments, at + 1.0) - place for place, at in enumerate(moments))


@given(RATES, st.lists(STEPS, min_size=1, max_size=30))
def test_in_any_second_there_are_never_more_than_the_rate(
    rate: float, steps: list[tuple[float, int, str]]
) -> None:
    now, pacing, moments = 100.0, Pacing(seen_at=100.0), [0.0]
    moments.clear()
    for pause_s, count, what in steps:
        now += pause_s
        pacing = pacing.at(now)
        if what == "slow_down":
            pacing = pacing.slow_down()
        else:
            pacing, waits = pacing.reserve(count, per_second=rate)
            moments += [now + wait_s for wait_s in waits]
    assert moments == sorted(moments)
    assert not moments or most_in_one_second(moments) <= ceil(rate)


def test_the_rate_is_reached() -> None:
    pacing, waits = Pacing(seen_at=5.0).reserve(101, per_second=10)
    assert waits[0] == 0
    assert waits[-1] == pytest.approx(10.0, rel=1e-3)
    assert pacing.free_at == pytest.approx(15.1, rel=1e-3)


def test_what_was_not_used_is_not_saved_up() -> None:
    pacing, _ = Pacing(seen_at=0.0).reserve(1, per_second=10)
    _, waits = pacing.at(60.0).reserve(3, per_second=10)
    assert waits == pytest.approx((0.0, 0.1, 0.2), rel=1e-3)


def test_a_refusal_halves_the_rate_and_a_wave_of_them_does_so_once() -> None:
    pacing = Pacing(seen_at=50.0)
    for now in (50.0, 50.2, 50.9):
        pacing = pacing.at(now).slow_down()
    assert pacing.share == pytest.approx(0.5, abs=0.02)
    assert pacing.at(51.5).slow_down().share == pytest.approx(0.26, abs=0.02)


def test_the_rate_comes_back_step_by_step() -> None:
    slow = Pacing(seen_at=50.0).slow_down()
    shares = [slow.at(50.0 + second).share for second in range(30)]
    assert all(later >= earlier for earlier, later in itertools.pairwise(shares))
    assert shares[10] == pytest.approx(0.7)
    assert shares[-1] == 1.0


def test_however_often_it_is_refused_something_is_tried() -> None:
    pacing = Pacing(seen_at=0.0)
    for second in range(0, 100, 2):
        pacing = pacing.at(float(second)).slow_down()
    assert pacing.share >= LEAST_SHARE


def test_a_clock_that_begins_anew_does_not_hold_anybody() -> None:
    pacing, _ = Pacing(seen_at=90_000.0).reserve(50, per_second=1)
    _, waits = pacing.at(12.0).reserve(1, per_second=1)
    assert waits == (0.0,)
