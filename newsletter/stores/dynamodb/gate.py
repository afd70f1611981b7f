"""Keep arXiv's pace over all who ask it for one newsletter, wherever they run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from newsletter.stores.dynamodb.actions import put
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.people import repeated
from newsletter.stores.dynamodb.tables import key

MAX_HOLD_S: Final = 3600.0
_KEY: Final = key("GATE", "arxiv")
_US: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pace:
    """Microseconds of the wall clock: when it was read, the next free slot, the end of a hold."""

    seen_at: int = 0
    free_at: int = 0
    held_until: int = 0
    turn: int = 0

    def at(self, now: int) -> "_Pace":
        """Return the pace as of now; a clock that was set back takes the appointments along."""
        back = max(0, self.seen_at - now)
        return replace(
            self, seen_at=now, free_at=self.free_at - back, held_until=self.held_until - back
        )


class DynamoGate:
    """``ports.Gate`` in one item of the MAIN table.

    The next free slot is reserved by a conditional write; the wait for it is outside.
    """

    def __init__(
        self,
        dynamo: Dynamo,
        table: str,
        min_interval_s: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._dynamo = dynamo
        self._table = table
        self._interval = round(min_interval_s * _US)
        self._sleep = sleep
        self._clock = clock

    def wait(self) -> None:
        """Return when the next request may start, and count it."""
        may_start = False
        while not may_start:
            slot, now = repeated(self._reserve)
            if slot > now:
                self._sleep((slot - now) / _US)
            may_start = self._read().held_until <= slot

    def hold(self, seconds: float) -> None:
        """Let no request start for this long, at most an hour; those that wait are held too."""
        wanted = round(min(max(seconds, 0.0), MAX_HOLD_S) * _US)
        repeated(lambda: self._hold(wanted))

    def close(self) -> None:
        """Close nothing: the client is its owner's."""

    def _hold(self, wanted: int) -> None:
        pace = self._read()
        self._write(replace(pace, held_until=max(pace.held_until, pace.seen_at + wanted)))

    def _reserve(self) -> tuple[int, int]:
        """Take the next free slot; return it and now."""
        pace = self._read()
        slot = max(pace.seen_at, pace.free_at, pace.held_until)
        self._write(replace(pace, free_at=slot + self._interval))
        return slot, pace.seen_at

    def _read(self) -> _Pace:
        item = self._dynamo.get(self._table, _KEY) or {}
        names = ("seen_at", "free_at", "held_until", "turn")
        pace = _Pace(**{name: int(item.get(name, 0)) for name in names})
        return pace.at(round(self._clock() * _US))

    def _write(self, pace: _Pace) -> None:
        item: dict[str, Any] = {
            "seen_at": pace.seen_at,
            "free_at": pace.free_at,
            "held_until": pace.held_until,
            "turn": pace.turn + 1,
        }
        condition = "turn = :turn" if pace.turn else "attribute_not_exists(pk)"
        values = {"turn": pace.turn} if pace.turn else {}
        self._dynamo.write(put(self._table, _KEY, item, condition=condition, values=values))
