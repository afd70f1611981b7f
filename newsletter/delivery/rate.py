"""How fast a run may send: as the provider says, less a fifth, shared with other processes."""

import math
import threading
import time
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
LONGEST_REPLY_S: Final = 0.2
"""For how long a reply may take before there are not enough workers to keep the rate."""
MAX_WORKERS: Final = 64


class SendRate:
    """The rate of one run, in mails per second.

    Args:
        account: how to ask for the provider's limit; None when it has none.
        fixed_per_s: the most in any case; 0 for as fast as it goes.
        pace: gives the moments at which mails may go.
        clock: tells when to ask again.
    """

    def __init__(
        self, account: Account | None, *, fixed_per_s: float, pace: SendPace, clock: Clock
    ) -> None:
        self._account = account
        self._pace = pace
        self._clock = clock
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

    def reserve(self, count: int) -> tuple[float, ...]:
        """Return for each of ``count`` mails how long it has to wait, in seconds."""
        if not self.is_limited:
            return (0.0,) * count
        return self._pace.reserve(count, per_second=self.per_s)

    def slow_down(self) -> None:
        """Halve the rate: the provider found us too fast."""
        if self.is_limited:
            self._pace.slow_down()

    def workers_for(self, least: int) -> int:
        """Return how many workers keep the rate at the replies' usual speed, at least ``least``."""
        return max(least, min(MAX_WORKERS, math.ceil(self.per_s * LONGEST_REPLY_S)))


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
