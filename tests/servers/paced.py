"""A gate and a time that stand still, so that tests need not wait."""

from newsletter.sources.http import ArxivHttp, Limits, Timing
from newsletter.sources.retrying import RetryPolicy, Told, tell_nobody


class CountingGate:
    """Let everything pass, and remember what was asked."""

    def __init__(self) -> None:
        self.waits = 0
        self.holds: list[float] = []

    def wait(self) -> None:
        self.waits += 1

    def hold(self, seconds: float) -> None:
        self.holds.append(seconds)


class StandingTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


def patient_http(
    gate: CountingGate | None = None,
    time: StandingTime | None = None,
    *,
    limits: Limits | None = None,
    attempts: int = 3,
    contact: str = "owner@example.org",
    tell: Told = tell_nobody,
) -> ArxivHttp:
    """Our way to arXiv with short time-outs, without real waiting and without chance."""
    time = time or StandingTime()
    return ArxivHttp(
        gate or CountingGate(),
        contact=contact,
        limits=limits or Limits(timeout_s=2),
        policy=RetryPolicy(attempts=attempts, base_s=4, jitter=lambda: 1.0, tell=tell),
        timing=Timing(sleep=time.sleep, monotonic=time.monotonic),
    )
