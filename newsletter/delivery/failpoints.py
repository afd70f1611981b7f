"""Named moments at which a test may kill the process, to prove that nothing is lost by it.

Off unless the environment says otherwise, and then nothing of it is in the way: the ledger and
the mailer are wrapped only where a failpoint is armed. ``after_claim:3`` kills this process with
SIGKILL when it passes ``after_claim`` for the third time.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from newsletter.errors import ConfigurationError

VARIABLE: Final = "ARXIV_NEWSLETTER_FAILPOINT"
"""Not one of the settings: only tests and benchmarks set it."""

Part = TypeVar("Part")


class Moment(StrEnum):
    """When the process may be killed; each stands between two steps of a delivery.

    DURING_PLAN: while the deliveries are gathered, AFTER_PLAN: once they are written.
    BEFORE_SEND, AFTER_SEND: around the mailer's call. BEFORE_SETTLE, AFTER_SETTLE: around the
    record of its outcome. BEFORE_EXPIRE, AFTER_EXPIRE: around the look for leases that ran out.
    BEFORE_PARK, AFTER_PARK, BEFORE_RELEASE, AFTER_RELEASE: around holding back and letting go.
    """

    BEFORE_PLAN = "before_plan"
    DURING_PLAN = "during_plan"
    AFTER_PLAN = "after_plan"
    BEFORE_EXPIRE = "before_expire"
    AFTER_EXPIRE = "after_expire"
    BEFORE_CLAIM = "before_claim"
    AFTER_CLAIM = "after_claim"
    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"
    BEFORE_SETTLE = "before_settle"
    AFTER_SETTLE = "after_settle"
    BEFORE_PARK = "before_park"
    AFTER_PARK = "after_park"
    BEFORE_RELEASE = "before_release"
    AFTER_RELEASE = "after_release"


CALLS: Final[Mapping[str, tuple[Moment, Moment]]] = MappingProxyType(
    {
        "plan": (Moment.BEFORE_PLAN, Moment.AFTER_PLAN),
        "expire_leases": (Moment.BEFORE_EXPIRE, Moment.AFTER_EXPIRE),
        "claim": (Moment.BEFORE_CLAIM, Moment.AFTER_CLAIM),
        "send": (Moment.BEFORE_SEND, Moment.AFTER_SEND),
        "settle": (Moment.BEFORE_SETTLE, Moment.AFTER_SETTLE),
        "settle_all": (Moment.BEFORE_SETTLE, Moment.AFTER_SETTLE),
        "park": (Moment.BEFORE_PARK, Moment.AFTER_PARK),
        "release": (Moment.BEFORE_RELEASE, Moment.AFTER_RELEASE),
    }
)
"""Method of the ledger or the mailer → the moments before and after it."""


class Failpoint:
    """Strike when a moment is passed for the n-th time, whichever thread passes it.

    Attributes:
        moment: the one that counts.
    """

    def __init__(
        self, moment: Moment, passage: int = 1, *, strike: Callable[[], object] | None = None
    ) -> None:
        self.moment = moment
        self._left = passage
        self._strike = strike or _kill_this_process
        self._lock = threading.Lock()

    def passed(self, moment: Moment) -> None:
        """Count a passage, and strike when it is the one."""
        if moment is not self.moment:
            return
        with self._lock:
            self._left -= 1
            is_due = self._left == 0
        if is_due:
            self._strike()


def armed(environ: Mapping[str, str]) -> Failpoint | None:
    """Return the failpoint that the environment asks for; None, as ever in production.

    Raises:
        ConfigurationError: there is no such moment, or it is not ``MOMENT:NUMBER``.
    """
    text = environ.get(VARIABLE, "")
    if not text:
        return None
    name, _, passage = text.partition(":")
    if name not in {moment.value for moment in Moment} or not (passage or "1").isdecimal():
        moments = ", ".join(moment.value for moment in Moment)
        raise ConfigurationError(f"{VARIABLE} must be MOMENT:NUMBER; moments are {moments}")
    return Failpoint(Moment(name), int(passage or 1))


def watched(part: Part, failpoint: Failpoint | None) -> Part:
    """Return a ledger or a mailer with the failpoint around its calls; without one, itself."""
    return part if failpoint is None else cast("Part", _Watched(part, failpoint))


class _Watched:
    """Pass everything on to the part, and tell the failpoint what is passed."""

    def __init__(self, part: object, failpoint: Failpoint) -> None:
        self._part = part
        self._failpoint = failpoint

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the part has
        found = getattr(self._part, name)
        return self._around(found, *CALLS[name]) if name in CALLS else found

    def _around(
        self, call: Callable[..., object], before: Moment, after: Moment
    ) -> Callable[..., object]:
        def passing(*words: object, **named: object) -> object:
            self._failpoint.passed(before)
            answer = call(*map(self._counted, words), **named)
            self._failpoint.passed(after)
            return answer

        return passing

    def _counted(self, word: object) -> object:
        """Watch the deliveries of a plan as they are gathered; all else passes as it is."""
        return self._gathered(word) if isinstance(word, Iterator) else word

    def _gathered(self, deliveries: Iterable[object]) -> Iterator[object]:
        for delivery in deliveries:
            self._failpoint.passed(Moment.DURING_PLAN)
            yield delivery


def _kill_this_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
