"""How fast a run may send: as the provider says, less a fifth, shared with other processes."""

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from newsletter.delivery.quota import Account
from newsletter.errors import MailerError, MailerStoppedError
from newsletter.log import get_logger
from newsletter.model import SendQuota
from newsletter.model.pacing import Pacing
from newsletter.ports import Clock, SendPace

SHARE_OF_LIMIT: Final = 0.8
LEAST_LIMIT: Final = 1.0
"""Mails per second; SES allows no less, not even in the sandbox."""
READ_EVERY: Final = timedelta(minutes=5)
USUAL_REPLY_S: Final = 0.05
MOST_AT_FIRST: Final = 16
LAST_REPLIES: Final = 50
MAX_WORKERS: Final = 64
CLAIMED_AHEAD_S: Final = 0.15
LEAST_AHEAD_S: Final = 0.5
GROWTH: Final = 1.5
GRACE_S: Final = 0.15
"""How late a mail may go for its moment. With the fifth that is left of the limit, no second has
more than the limit allows even when all that were late come together in it."""
AHEAD_S: Final = 0.05
MAX_AHEAD: Final = 50
"""How many moments are reserved in one go: so many seconds' worth, and so many at most."""


class SendRate:
    """The rate of one run, in mails per second.

    Args:
        account: how to ask for the provider's limit; None when it has none.
        fixed_per_s: the most in any case; 0 for as fast as it goes.
        pace: gives the moments at which mails may go.
        clock: tells when to ask again.
        pause: waits that many seconds.
        ticks: seconds of a clock that never goes back.
    """

    def __init__(  # noqa: PLR0913 - the parts of a rate meet here
        self,
        account: Account | None,
        *,
        fixed_per_s: float,
        pace: SendPace,
        clock: Clock,
        pause: Callable[[float], object],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._pause = pause
        self._pace = pace
        self._ticks = ticks
        self._turns = Turns(pace, ticks=ticks)
        self._clock = clock
        self._replies_s: deque[float] = deque(maxlen=LAST_REPLIES)
        self._read_at: datetime | None = None
        self._fixed_per_s = fixed_per_s
        self.per_s = fixed_per_s

    @property
    def has_account(self) -> bool:
        """Tell whether there is somebody to ask for limits."""
        return self._account is not None

    @property
    def is_limited(self) -> bool:
        """Tell whether there is a rate to keep."""
        return self.per_s > 0

    def read_account(self) -> SendQuota:
        """Ask for the account's limits, and keep to them from now on.

        Raises:
            MailerError: nobody answered.
        """
        if self._account is None:
            raise MailerStoppedError("this mailer has no account with limits")
        quota = self._account()
        limit = SHARE_OF_LIMIT * max(quota.max_per_second, LEAST_LIMIT)
        self.per_s = min(limit, self._fixed_per_s or limit)
        self._read_at = self._clock()
        return quota

    def refresh(self) -> None:
        """Ask again when the last answer is old; without a new one the rate stays."""
        if self._read_at is None or self._clock() - self._read_at < READ_EVERY:
            return
        try:
            self.read_account()
        except MailerError as error:
            self._read_at = self._clock()
            get_logger().warning("rate.kept", why=str(error))

    def wait_for_turn(self, goes_on: Callable[[], bool]) -> None:
        """Return when the next mail may go, or when ``goes_on`` says no.

        A turn that was missed, because the machine was busy with something else, is lost: if all
        who are late went at once, they would be too many.
        """
        while self.is_limited and goes_on():
            moment = self._turns.take(self.per_s)
            left_s = moment - self._ticks()
            if left_s > 0:
                self._pause(left_s)
            if self._ticks() - moment <= GRACE_S:
                return

    def slow_down(self) -> None:
        """Halve the rate: the provider found us too fast."""
        if self.is_limited:
            self._pace.slow_down()
            self._turns.drop()

    def note_reply(self, took_s: float | None) -> None:
        """Learn how long the provider takes for a mail."""
        if took_s is not None:
            self._replies_s.append(took_s)

    def claims_for(self, least: int, *, reached_per_s: float) -> int:
        """Return how many mails to have in hand, so that nobody waits for the ledger.

        What goes out during a few of its writes, and what the provider has in its hands meanwhile;
        where the rate is low fewer than ``least``. What is reached can grow, until the rate is.
        """
        aim_per_s = GROWTH * reached_per_s
        if self.is_limited:
            aim_per_s = min(self.per_s, aim_per_s)
            least = max(1, min(least, int(self.per_s * LEAST_AHEAD_S)))
        reply_s = min(self._replies_s, default=USUAL_REPLY_S)
        return max(least, int(aim_per_s * (CLAIMED_AHEAD_S + 2 * reply_s)))

    def workers_for(self, least: int, *, reached_per_s: float) -> int:
        """Return how many workers can keep the rate, at least ``least``.

        Each waits for the provider most of the time. The quickest of the last replies tells for
        how long: the others may have waited for each other. Twice as many as that asks for, and
        what was reached can double, until the rate is.
        """
        if not self.is_limited:
            return least
        if not self._replies_s:
            return max(least, min(MOST_AT_FIRST, math.ceil(self.per_s * USUAL_REPLY_S)))
        wanted_per_s = min(self.per_s, 2 * reached_per_s)
        busy = 2 * wanted_per_s * min(self._replies_s)
        return max(least, min(MAX_WORKERS, least + math.ceil(busy)))


class Turns:
    """The next moments of this process: a few are reserved at once, and never far ahead."""

    def __init__(self, pace: SendPace, *, ticks: Callable[[], float]) -> None:
        self._pace = pace
        self._ticks = ticks
        self._lock = threading.Lock()
        self._moments: deque[float] = deque()

    def take(self, per_second: float) -> float:
        """Return the next moment of ``ticks`` that nobody has and that is not missed."""
        with self._lock:
            now = self._ticks()
            while self._moments and now - self._moments[0] > GRACE_S:
                self._moments.popleft()
            if not self._moments:
                count = max(1, min(int(per_second * AHEAD_S), MAX_AHEAD))
                waits = self._pace.reserve(count, per_second=per_second)
                self._moments.extend(now + wait_s for wait_s in waits)
            return self._moments.popleft()

    def drop(self) -> None:
        """Forget the moments that were reserved at another rate."""
        with self._lock:
            self._moments.clear()


class ProcessPace:
    """``ports.SendPace`` for one process alone."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pacing = Pacing(seen_at=clock())

    def reserve(self, count: int, *, per_second: float) -> tuple[float, ...]:
        """Reserve the next moments for ``count`` mails; return the seconds until each."""
        with self._lock:
            now = self._pacing.at(self._clock())
            self._pacing, waits = now.reserve(count, per_second=per_second)
        return waits

    def slow_down(self) -> None:
        """Halve the rate, which then recovers step by step."""
        with self._lock:
            self._pacing = self._pacing.at(self._clock()).slow_down()
