"""The rate of a run: the provider's word less a fifth, asked for again, turns never made up for."""

from datetime import datetime, timedelta

import pytest

from newsletter.delivery.rate import GRACE_S, MAX_WORKERS, ProcessPace, SendRate
from newsletter.errors import MailerError, MailerUnavailableError
from newsletter.model import SendQuota
from tests.factories import NOW
from tests.unit.delivery.scripted import quota


class Account:
    """Answers as scripted, and counts how often it was asked."""

    def __init__(self, *answers: SendQuota | MailerError) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> SendQuota:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, MailerError):
            raise answer
        return answer


class Time:
    """A clock and a pause that moves it; ``stall_s`` is how much too long each pause takes."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.stall_s = 0.0

    def ticks(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds + self.stall_s
        self.stall_s = 0.0

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.now - 1_000.0)


def make_rate(account: Account | None = None, *, fixed: float = 0.0, time: Time) -> SendRate:
    return SendRate(
        account,
        fixed_per_s=fixed,
        pace=ProcessPace(clock=time.ticks),
        clock=time.clock,
        pause=time.pause,
        ticks=time.ticks,
    )


@pytest.fixture
def time() -> Time:
    return Time()


def turns(rate: SendRate, time: Time, number: int) -> list[float]:
    """Return when so many turns came, in seconds from the first."""
    moments = []
    for _ in range(number):
        rate.wait_for_turn(lambda: True)
        moments.append(time.now)
    return [moment - moments[0] for moment in moments]


def test_four_fifths_of_the_limit_are_used(time: Time) -> None:
    rate = make_rate(Account(quota(max_per_second=14.0)), time=time)
    rate.read_account()
    assert rate.per_s == pytest.approx(11.2)
    assert turns(rate, time, 57)[-1] == pytest.approx(5.0, rel=1e-3)


def test_a_setting_makes_it_slower_never_faster(time: Time) -> None:
    for fixed, expected in ((5.0, 5.0), (500.0, 8.0)):
        rate = make_rate(Account(quota(max_per_second=10.0)), fixed=fixed, time=time)
        rate.read_account()
        assert rate.per_s == pytest.approx(expected)


def test_without_account_and_setting_nobody_waits(time: Time) -> None:
    rate = make_rate(time=time)
    assert not rate.is_limited
    assert set(turns(rate, time, 500)) == {0.0}
    assert rate.workers_for(4, reached_per_s=900) == 4


def test_the_account_is_asked_again_every_five_minutes_and_no_answer_changes_nothing(
    time: Time,
) -> None:
    account = Account(
        quota(max_per_second=10.0), MailerUnavailableError("gone"), quota(max_per_second=20.0)
    )
    rate = make_rate(account, time=time)
    rate.refresh()
    rate.read_account()
    rates = []
    for _ in range(5):
        time.now += 150
        rate.refresh()
        rates.append(rate.per_s)
    assert account.asked == 3
    assert rates == [8.0, 8.0, 8.0, 16.0, 16.0]


def test_a_limit_of_nothing_is_not_no_limit(time: Time) -> None:
    rate = make_rate(Account(quota(max_per_second=0.0)), time=time)
    rate.read_account()
    assert rate.per_s == pytest.approx(0.8)


def test_a_turn_that_was_missed_is_not_made_up_for(time: Time) -> None:
    rate = make_rate(fixed=10.0, time=time)
    turns(rate, time, 3)
    time.stall_s = 2.0
    later = turns(rate, time, 12)
    assert later[-1] == pytest.approx(1.1, abs=GRACE_S)


def test_a_refusal_for_speed_slows_the_next_turns_at_once(time: Time) -> None:
    rate = make_rate(fixed=100.0, time=time)
    turns(rate, time, 2)
    rate.slow_down()
    assert turns(rate, time, 26)[-1] == pytest.approx(0.5, rel=0.1)


def test_nobody_waits_for_a_turn_once_nothing_may_begin(time: Time) -> None:
    rate = make_rate(fixed=0.001, time=time)
    turns(rate, time, 1)
    rate.wait_for_turn(lambda: False)
    assert time.now == 1_000.0


@pytest.mark.parametrize(
    ("rate", "reached", "reply_s", "workers"),
    [
        (14, 0, None, 4),
        (200, 0, None, 10),
        (9_000, 0, None, 16),
        (14, 14, 0.03, 5),
        (300, 120, 0.03, 19),
        (300, 300, 0.03, 22),
        (300, 300, 0.1, MAX_WORKERS),
        (80_000, 400, 0.001, 6),
    ],
)
def test_there_are_workers_enough_for_the_rate_at_the_replies_of_now(
    time: Time, rate: float, reached: float, reply_s: float | None, workers: int
) -> None:
    made = make_rate(fixed=rate, time=time)
    made.note_reply(5.0)
    for _ in range(50):
        made.note_reply(reply_s)
    if reply_s is None:
        made = make_rate(fixed=rate, time=time)
    assert made.workers_for(4, reached_per_s=reached) == workers


@pytest.mark.parametrize(
    ("rate", "reached", "reply_s", "claims"),
    [
        (0, 0, None, 4),
        (0, 200, 0.001, 45),
        (1, 1, 0.1, 1),
        (14, 14, 0.05, 4),
        (300, 0, None, 4),
        (300, 300, 0.03, 63),
        (300, 100, 0.2, 82),
        (80_000, 400, 0.001, 91),
    ],
)
def test_no_more_is_claimed_than_goes_out_in_a_moment(
    time: Time, rate: float, reached: float, reply_s: float | None, claims: int
) -> None:
    made = make_rate(fixed=rate, time=time)
    for _ in range(50):
        made.note_reply(reply_s)
    assert made.claims_for(4, reached_per_s=reached) == claims
