"""The sending rate over all workers, and the pace of requests to arXiv, on DynamoDB."""

import itertools

import pytest

from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.gate import MAX_HOLD_S, DynamoGate
from newsletter.stores.dynamodb.pace import DynamoPace
from tests.contract.stores.conftest import Tables
from tests.servers.dynamo_process import RATE
from tests.servers.moto_server import MotoServer
from tests.servers.processes import run_together


class Hands:
    """A clock whose hands are moved by tests and by whoever sleeps."""

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


def pace_of(dynamo: Dynamo, tables: Tables, hands: Hands) -> DynamoPace:
    return DynamoPace(dynamo, tables.ledger, clock=hands.clock, lead_s=0.0)


def test_moments_are_shared_by_all_workers(dynamo: Dynamo, tables: Tables, hands: Hands) -> None:
    one, other = (pace_of(dynamo, tables, hands) for _ in range(2))
    waits = [*one.reserve(40, per_second=10), *other.reserve(40, per_second=10)]
    waits += [*one.reserve(40, per_second=10), *other.reserve(40, per_second=10)]
    moments = sorted(waits)
    assert len({round(at, 3) for at in moments}) == 160
    assert all(later - at > 0.0999 for at, later in itertools.pairwise(moments))
    assert moments[-1] < 17.0


def test_a_refusal_that_one_meets_slows_the_others_for_a_while(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    one, other = (pace_of(dynamo, tables, hands) for _ in range(2))
    other.reserve(1, per_second=10)
    one.slow_down()
    one.slow_down()
    hands.now += 10
    waits = other.reserve(3, per_second=10)
    assert waits[1] - waits[0] == pytest.approx(0.1 / 0.7, rel=1e-3)
    hands.now += 60
    waits = other.reserve(3, per_second=10)
    assert waits[1] - waits[0] == pytest.approx(0.1, rel=1e-3)


def test_moments_that_were_missed_are_gone(dynamo: Dynamo, tables: Tables, hands: Hands) -> None:
    pace = pace_of(dynamo, tables, hands)
    pace.reserve(1, per_second=10)
    hands.now += 100
    waits = pace.reserve(3, per_second=10)
    assert waits == pytest.approx((0.0, 0.1, 0.2), abs=1e-3)


def test_a_clock_of_another_century_holds_nobody(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    pace_of(dynamo, tables, hands).reserve(1, per_second=10)
    hands.now -= 3_000_000_000
    assert pace_of(dynamo, tables, hands).reserve(1, per_second=10)[0] < 1.0


def test_a_reply_that_comes_too_late_brings_other_moments(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    def dawdle(**_: object) -> None:
        hands.now += 5.0 if hands.now < 1_800_000_001 else 0.0

    event = "after-call.dynamodb.UpdateItem"
    dynamo.sdk.meta.events.register(event, dawdle)
    try:
        waits = pace_of(dynamo, tables, hands).reserve(3, per_second=10)
    finally:
        dynamo.sdk.meta.events.unregister(event, dawdle)
    assert waits == pytest.approx((0.0, 0.1, 0.2), abs=1e-3)


def test_three_processes_together_keep_the_rate_and_use_it(
    tables: Tables, moto_server: MotoServer
) -> None:
    del tables
    command = ["tests.servers.dynamo_process", "reserve", moto_server.url]
    lines = run_together([command] * 3)
    of_each = [[float(text) for text in each] for each in lines]
    moments = sorted(itertools.chain(*of_each))
    for place, at in enumerate(moments):
        # A moment is measured after the reservation, so that it may seem a little later.
        within = sum(at <= other < at + 0.98 for other in moments[place:])
        assert within <= RATE
    # What a process has taken and leaves when it ends is nobody's.
    first, last = moments[0], min(max(each) for each in of_each)
    used = sum(first <= at < last for at in moments) / (last - first) / RATE
    assert used >= 0.95, f"{used:.1%} of the rate was used"


def gate_of(dynamo: Dynamo, tables: Tables, hands: Hands, interval_s: float = 3.0) -> DynamoGate:
    return DynamoGate(dynamo, tables.main, interval_s, sleep=hands.sleep, clock=hands.clock)


def test_the_gate_keeps_one_pace_for_all_who_ask(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    one, other = (gate_of(dynamo, tables, hands) for _ in range(2))
    one.wait()
    other.wait()
    hands.now += 1
    one.wait()
    hands.now += 10
    other.wait()
    assert hands.slept == [3.0, 2.0]


def test_a_hold_stops_everyone_for_that_long_but_never_for_hours(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    gate = gate_of(dynamo, tables, hands)
    gate.hold(20)
    gate.hold(5)
    gate.wait()
    gate.hold(1e9)
    gate.wait()
    assert hands.slept == [20.0, MAX_HOLD_S]


def test_a_gate_whose_clock_is_set_back_does_not_stop(
    dynamo: Dynamo, tables: Tables, hands: Hands
) -> None:
    gate = gate_of(dynamo, tables, hands)
    gate.wait()
    hands.now -= 365 * 86_400
    gate.wait()
    gate.wait()
    assert hands.slept == [3.0, 3.0]
