"""The gate, with a clock that stands still unless it is told otherwise."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.errors import StoreError
from newsletter.stores.sqlite import SqliteGate
from newsletter.stores.sqlite.gate import MAX_HOLD_S


class Hands:
    """A clock whose hands are moved by whoever sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def gate(tmp_path: Path, hands: Hands) -> Iterator[SqliteGate]:
    gate = SqliteGate(tmp_path / "gate.db", 3.0, sleep=hands.sleep, clock=hands.clock)
    yield gate
    gate.close()


def test_the_first_may_go_at_once_and_the_next_after_the_interval(
    gate: SqliteGate, hands: Hands
) -> None:
    gate.wait()
    gate.wait()
    hands.now += 1
    gate.wait()
    hands.now += 10
    gate.wait()
    assert hands.slept == [3.0, 2.0]


def test_no_interval_means_no_waiting(tmp_path: Path, hands: Hands) -> None:
    gate = SqliteGate(tmp_path / "gate.db", 0, sleep=hands.sleep, clock=hands.clock)
    for _ in range(3):
        gate.wait()
    gate.hold(2)
    gate.wait()
    gate.close()
    assert hands.slept == [2.0]


def test_another_gate_on_the_same_file_keeps_the_same_pace(
    gate: SqliteGate, hands: Hands, tmp_path: Path
) -> None:
    gate.wait()
    other = SqliteGate(tmp_path / "gate.db", 3.0, sleep=hands.sleep, clock=hands.clock)
    other.wait()
    other.close()
    assert hands.slept == [3.0]


def test_a_hold_stops_everyone_for_that_long_but_never_for_hours(
    gate: SqliteGate, hands: Hands
) -> None:
    gate.hold(20)
    gate.hold(5)
    gate.wait()
    gate.hold(1e9)
    gate.wait()
    assert hands.slept == [20.0, MAX_HOLD_S]


def test_a_hold_reaches_those_who_already_wait(tmp_path: Path, hands: Hands) -> None:
    path = tmp_path / "gate.db"
    other = SqliteGate(path, 3.0, sleep=hands.sleep, clock=hands.clock)

    def sleep_while_another_is_told_to_wait(seconds: float) -> None:
        if not hands.slept:
            other.hold(60)
        hands.sleep(seconds)

    gate = SqliteGate(path, 3.0, sleep=sleep_while_another_is_told_to_wait, clock=hands.clock)
    gate.wait()
    gate.wait()
    gate.close()
    other.close()
    assert sum(hands.slept) == 60.0


def test_a_clock_that_is_set_back_a_year_does_not_stop_the_gate(
    gate: SqliteGate, hands: Hands
) -> None:
    gate.wait()
    hands.now -= 365 * 86_400
    gate.wait()
    gate.wait()
    assert hands.slept == [3.0, 3.0]


def test_a_hold_survives_a_clock_that_is_set_back(gate: SqliteGate, hands: Hands) -> None:
    gate.hold(30)
    hands.now -= 3600
    gate.wait()
    assert hands.slept == [30.0]


def test_a_gate_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gate.db"
    path.write_text("not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(StoreError, match=r"gate\.db"):
        SqliteGate(path, 3.0).wait()
