"""Keep one sending rate over all workers that send through one account, wherever they run.

One item says from when on moments are free. Who wants some moves that instant on, in one
request that seldom fails: the moments between are theirs. They lie evenly apart, so that no
second, wherever it begins, has more of them than the rate.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from newsletter.errors import StoreError
from newsletter.model.pacing import Pacing
from newsletter.stores.dynamodb.actions import Action, set_to, update
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import (
    SDK_ERRORS,
    ConditionFailedError,
    condition_failed,
    store_error,
)
from newsletter.stores.dynamodb.items import from_wire_item
from newsletter.stores.dynamodb.people import repeated
from newsletter.stores.dynamodb.tables import key

LEAD_S: Final = 0.05
"""How far ahead the first moment after a rest is: longer than the reply usually takes."""
BLOCK_S: Final = 0.25
"""How many seconds' worth of moments are taken in one go."""
_US: Final = 1_000_000
_SHARE: Final = 1_000_000
_TRIES: Final = 20
_MOST_AHEAD_S: Final = 3600.0


class DynamoPace:
    """``ports.SendPace`` in one item of the LEDGER table. May be used from several threads.

    A block of moments is taken while the last one still lasts, so that nobody waits for the
    reply. Clocks of workers may differ by some milliseconds, and their moments with them. No
    moment is used late: one that was missed is gone.
    """

    def __init__(
        self,
        dynamo: Dynamo,
        table: str,
        *,
        account: str = "default",
        clock: Callable[[], float] = time.time,
        lead_s: float = LEAD_S,
    ) -> None:
        self._dynamo = dynamo
        self._table = table
        self._key = key("PACE", account)
        self._clock = clock
        self._lead_s = lead_s
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._ours: deque[float] = deque()

    def reserve(self, count: int, *, per_second: float) -> tuple[float, ...]:
        """Reserve the next moments for ``count`` mails; return the seconds until each."""
        block = max(1, math.ceil(per_second * BLOCK_S))
        with self._lock:
            for _ in range(_TRIES):
                self._drop_missed()
                if len(self._ours) < count + block / 2:
                    self._take(max(block, count - len(self._ours)), per_second)
                    self._drop_missed()
                if len(self._ours) >= count:
                    now_s = self._clock()
                    return tuple(self._ours.popleft() - now_s for _ in range(count))
        raise StoreError("the store on DynamoDB: it answers too late for the sending rate")

    def slow_down(self) -> None:
        """Halve the rate for everybody; it recovers step by step."""
        with self._lock:
            self._ours.clear()
        repeated(self._slow_down)

    def close(self) -> None:
        """Close nothing: the client is its owner's."""

    def _drop_missed(self) -> None:
        now_s = self._clock()
        while self._ours and self._ours[0] < now_s:
            self._ours.popleft()

    def _take(self, count: int, per_second: float) -> None:
        """Move on the free instant: the moments before are ours."""
        for _ in range(_TRIES):
            now_s = self._clock()
            pacing = _pacing(self._known, now_s)
            _, waits = pacing.reserve(2, per_second=per_second)
            step_s = waits[1] - waits[0]
            start = round((now_s + self._lead_s) * _US)
            span = round(count * step_s * _US)
            is_busy = start <= self._known.get("free_at", 0) <= start + _MOST_AHEAD_S * _US
            action = self._follow(start, span) if is_busy else self._begin(start, span)
            try:
                self._known = self._write(action)
            except ConditionFailedError as error:
                self._known = dict(error.found[0] or {})
            else:
                first_s = (self._known["free_at"] - span) / _US
                self._ours.extend(first_s + number * step_s for number in range(count))
                return
        raise StoreError("the store on DynamoDB: others change the sending rate all the time")

    def _follow(self, start: int, span: int) -> Action:
        """Take what follows on the moments of others."""
        return self._moving(
            "SET free_at = free_at + :span",
            "free_at BETWEEN :start AND :most",
            {"span": span, "start": start, "most": start + round(_MOST_AHEAD_S * _US)},
        )

    def _begin(self, start: int, span: int) -> Action:
        """Begin after a rest, or after a clock that was set to the wrong century."""
        return self._moving(
            "SET free_at = :free",
            "(attribute_not_exists(free_at) OR free_at < :start OR free_at > :most)",
            {"free": start + span, "start": start, "most": start + round(_MOST_AHEAD_S * _US)},
        )

    def _moving(self, expression: str, condition: str, values: dict[str, Any]) -> Action:
        """Move the free instant if the rate was not halved since we knew it."""
        slowed = self._known.get("slowed_at")
        same = "slowed_at = :slowed" if slowed else "attribute_not_exists(slowed_at)"
        values |= {"slowed": slowed} if slowed else {}
        return update(
            self._table, self._key, expression, condition=f"{condition} AND {same}", values=values
        )

    def _slow_down(self) -> None:
        found = self._dynamo.get(self._table, self._key) or {}
        now_s = self._clock()
        slower = _pacing(found, now_s).slow_down()
        if slower.slowed_at != now_s:
            return
        slowed = found.get("slowed_at")
        attributes = {"slowed_at": round(now_s * _US), "share": round(slower.share * _SHARE)}
        self._dynamo.write(
            set_to(
                self._table,
                self._key,
                attributes,
                condition="#slowed_at = :before" if slowed else "attribute_not_exists(#slowed_at)",
                values={"before": slowed} if slowed else {},
            )
        )

    def _write(self, action: Action) -> dict[str, Any]:
        """Make the write; return the item as it is now."""
        try:
            reply = self._dynamo.sdk.update_item(**action.fields(), ReturnValues="ALL_NEW")
        except ClientError as error:
            raise condition_failed(error) or store_error(error) from error
        except SDK_ERRORS as error:
            raise store_error(error) from error
        return from_wire_item(reply["Attributes"])


def _pacing(item: dict[str, Any], now_s: float) -> Pacing:
    """Return the rate's share as of now: it recovers since it was halved."""
    if "slowed_at" not in item:
        return Pacing(seen_at=now_s)
    slowed_s = item["slowed_at"] / _US
    share = item["share"] / _SHARE
    if now_s < slowed_s:
        return Pacing(seen_at=now_s, share=share, slowed_at=now_s)
    return Pacing(seen_at=slowed_s, share=share, slowed_at=slowed_s).at(now_s)
