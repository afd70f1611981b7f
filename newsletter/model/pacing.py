"""Even spacing of mails at a rate that gives way and recovers. Values only; who keeps them waits.

No burst is ever saved up: a moment that was not used is gone.
"""

from dataclasses import dataclass, replace
from typing import Final

RECOVERED_PER_S: Final = 0.02
"""How much of the full rate comes back each second: all of a halved one in 25 seconds."""
LEAST_SHARE: Final = 1 / 64
SLOWDOWN_S: Final = 1.0
"""Refusals within this time are of one wave, and halve the rate once."""
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """Which moments are given away. All times are seconds of one clock that never goes back.

    Attributes:
        seen_at: when it was last looked at.
        free_at: the next moment that nobody has.
        share: how much of the full rate is used now, 0..1.
        slowed_at: when it was last halved.
    """

    seen_at: float = 0.0
    free_at: float = 0.0
    share: float = 1.0
    slowed_at: float | None = None

    def at(self, now: float) -> "Pacing":
        """Return the pacing as of now. A clock that began anew with the machine begins this too."""
        if now < self.seen_at:
            return Pacing(seen_at=now, free_at=now, share=self.share, slowed_at=None)
        recovered = self.share + RECOVERED_PER_S * (now - self.seen_at)
        return replace(self, seen_at=now, share=min(1.0, recovered))

    def reserve(self, count: int, *, per_second: float) -> tuple["Pacing", tuple[float, ...]]:
        """Give away the next ``count`` moments; return each as seconds from ``seen_at``.

        In any one second there are never more than ``per_second`` of them, rounded up.
        """
        step_s = (1.0 + _ROUNDING) / (per_second * self.share)
        first_s = max(0.0, self.free_at - self.seen_at)
        waits = tuple(first_s + number * step_s for number in range(count))
        free_at = self.seen_at + first_s + count * step_s
        return replace(self, free_at=free_at), waits

    def slow_down(self) -> "Pacing":
        """Halve the rate, unless that was done a moment ago."""
        if self.slowed_at is not None and self.seen_at - self.slowed_at < SLOWDOWN_S:
            return self
        return replace(self, share=max(LEAST_SHARE, self.share / 2), slowed_at=self.seen_at)
