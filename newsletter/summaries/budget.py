"""How much one run may consume; counted before it is spent."""

from dataclasses import dataclass
from threading import Lock

from newsletter.model import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one run; 0 is none.

    Attributes:
        papers: (paper, language) picks that the model is asked about.
        tokens: in and out together.
        cost_usd: by the price table.
        minutes: after which nothing new is asked.
    """

    papers: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    minutes: float = 0.0


class Budget:
    """What is left of the limits; safe to share between threads.

    An estimate is reserved before a call and replaced by what the call consumed, so that calls
    at the same time cannot overspend together.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = Lock()
        self._spent = Usage()
        self._papers = 0

    @property
    def spent(self) -> Usage:
        """Return what was consumed, reservations included."""
        with self._lock:
            return self._spent

    def reserve_paper(self) -> bool:
        """Count one paper; False, and nothing counted, when there were enough."""
        with self._lock:
            if self._limits.papers and self._papers >= self._limits.papers:
                return False
            self._papers += 1
            return True

    def reserve(self, estimate: Usage) -> bool:
        """Set an estimate aside; False, and nothing set aside, when it would be too much."""
        with self._lock:
            after = self._spent + estimate
            if self._is_over(after):
                return False
            self._spent = after
            return True

    def settle(self, estimate: Usage, actual: Usage) -> None:
        """Replace a reservation by what was consumed."""
        with self._lock:
            spent = self._spent + actual
            cost = None if spent.cost_usd is None else spent.cost_usd - (estimate.cost_usd or 0.0)
            self._spent = Usage(
                calls=spent.calls - estimate.calls,
                tokens_in=spent.tokens_in - estimate.tokens_in,
                tokens_out=spent.tokens_out - estimate.tokens_out,
                cost_usd=None if cost is None else max(0.0, cost),
            )

    def _is_over(self, usage: Usage) -> bool:
        limits = self._limits
        over_tokens = limits.tokens and usage.tokens > limits.tokens
        over_cost = limits.cost_usd and (usage.cost_usd or 0.0) > limits.cost_usd
        return bool(over_tokens or over_cost)
