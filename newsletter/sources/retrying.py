"""When to ask arXiv again, and how long to wait before: the one place where retries are decided."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

THROTTLING_STATUSES = frozenset({406, 429, 503})
_RATE_EXCEEDED = re.compile(rb"\s*rate exceeded\.?\s*", re.IGNORECASE)


Told = Callable[[str], object]


def tell_nobody(_text: str) -> None:
    """Let nobody know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long.

    Attributes:
        attempts: how many requests at most, the first included.
        base_s, cap_s: the wait before the second request, doubled for each further one, up to
            the cap; half of it is jitter.
        longest_wait_s: a longer ``Retry-After`` is not waited for.
        total_s: no request starts later than this after the first.
        jitter: returns 0..1.
        tell: hears at once of a host that cannot be reached and is tried again.
    """

    attempts: int = 4
    base_s: float = 3.0
    cap_s: float = 60.0
    longest_wait_s: float = 120.0
    total_s: float = 300.0
    jitter: Callable[[], float] = random.random
    tell: Told = tell_nobody

    def wait_s(self, attempt: int, retry_after_s: float | None) -> float | None:
        """Return how long to wait after the failed ``attempt`` (from 1); None to give up."""
        if attempt >= self.attempts:
            return None
        if retry_after_s is not None and retry_after_s > self.longest_wait_s:
            return None
        backoff = min(self.cap_s, self.base_s * 2.0 ** (attempt - 1))
        return max(retry_after_s or 0.0, backoff * (0.5 + 0.5 * self.jitter()))


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return the seconds of a ``Retry-After`` header, given as seconds or as a date.

    Anything else is None; a date that has passed is 0.

    Source: RFC 9110 §10.2.3.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def is_rate_exceeded(body: bytes) -> bool:
    """Tell whether an answer with status 200 is arXiv's ``Rate exceeded.`` text."""
    return len(body) < 100 and _RATE_EXCEEDED.fullmatch(body) is not None
