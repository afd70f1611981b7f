"""The sending rate of a machine: one for all processes and threads."""

from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.stores.sqlite.pace import SqlitePace
from tests.servers.processes import run_together


class Ticks:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_moments_are_shared_by_all_who_have_the_file_open(tmp_path: Path, ticks: Ticks) -> None:
    one, other = (SqlitePace(tmp_path / "pace.db", clock=ticks) for _ in range(2))
    waits = [*one.reserve(2, per_second=10), *other.reserve(2, per_second=10)]
    waits += one.reserve(1, per_second=10)
    assert waits == pytest.approx((0.0, 0.1, 0.2, 0.3, 0.4), rel=1e-3)
    one.close()
    other.close()


def test_a_refusal_that_one_meets_slows_the_others(tmp_path: Path, ticks: Ticks) -> None:
    one, other = (SqlitePace(tmp_path / "pace.db", clock=ticks) for _ in range(2))
    one.slow_down()
    assert other.reserve(2, per_second=10) == pytest.approx((0.0, 0.2), rel=1e-3)
    ticks.now += 60
    assert other.reserve(2, per_second=10) == pytest.approx((0.0, 0.1), rel=1e-3)
    one.close()
    other.close()


def test_what_was_reserved_outlives_the_process(tmp_path: Path, ticks: Ticks) -> None:
    first = SqlitePace(tmp_path / "pace.db", clock=ticks)
    first.reserve(10, per_second=10)
    first.close()
    second = SqlitePace(tmp_path / "pace.db", clock=ticks)
    assert second.reserve(1, per_second=10) == pytest.approx((1.0,), rel=1e-3)
    second.close()


def test_a_machine_that_was_started_anew_holds_nobody(tmp_path: Path, ticks: Ticks) -> None:
    pace = SqlitePace(tmp_path / "pace.db", clock=ticks)
    pace.reserve(100, per_second=1)
    ticks.now = 3.0
    assert pace.reserve(1, per_second=1) == (0.0,)
    pace.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "pace.db").write_text("not a database, and long enough to be looked at" * 40)
    with pytest.raises(StoreError, match="not a SQLite database"):
        SqlitePace(tmp_path / "pace.db").reserve(1, per_second=1)


def test_three_processes_never_have_more_moments_in_a_second_than_the_rate(
    tmp_path: Path,
) -> None:
    words = ["tests.servers.ledger_process", "reserve", str(tmp_path / "pace.db")]
    lines = run_together([words] * 3)
    moments = sorted(float(text) for each in lines for text in each)
    assert len(moments) == 3 * 40
    for place, at in enumerate(moments):
        # A moment is measured after the reservation, so that it may seem a little later.
        assert sum(at <= other < at + 0.98 for other in moments[place:]) <= 50
