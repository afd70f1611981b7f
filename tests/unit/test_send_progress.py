"""What the person at the terminal reads while mails go out."""

from datetime import datetime, timedelta

from newsletter.cli.send_progress import Pace
from newsletter.delivery.outcomes import Outcome
from newsletter.model import DeliveryState
from tests.factories import NOW


class Clock:
    """Tell a time that only the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def note(pace: Pace, state: DeliveryState, times: int, *, clock: Clock, every_s: float) -> None:
    for number in range(times):
        clock.pass_s(every_s)
        pace.note(Outcome(delivery_id=str(number), state=state))


def test_nothing_is_said_about_a_rate_before_there_is_one() -> None:
    assert Pace(5_000, clock=Clock()).text == "0 of 5,000 sent"


def test_rate_time_and_quota_are_told() -> None:
    clock = Clock()
    pace = Pace(1_000, clock=clock, quota=50_000)
    note(pace, DeliveryState.SENT, 100, clock=clock, every_s=0.1)
    assert pace.text == "100 of 1,000 sent · 10/s · 2 min left · 49,900 left of quota"


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(1_000, clock=clock)
    note(pace, DeliveryState.SENT, 100, clock=clock, every_s=1.0)
    note(pace, DeliveryState.SENT, 200, clock=clock, every_s=0.1)
    assert round(pace.per_second, 1) == 10.0


def test_what_was_handed_back_is_to_come_again() -> None:
    clock = Clock()
    pace = Pace(10, clock=clock)
    note(pace, DeliveryState.PLANNED, 3, clock=clock, every_s=1.0)
    note(pace, DeliveryState.REJECTED, 2, clock=clock, every_s=1.0)
    assert (pace.sent, pace.done) == (0, 2)
