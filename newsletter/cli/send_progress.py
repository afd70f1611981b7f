"""How far the sending is, for the person at the terminal."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.quota import account_of
from newsletter.errors import MailerError
from newsletter.model import DeliveryState
from newsletter.ports import Clock, Mailer

WINDOW: Final = timedelta(seconds=10)
"""Over what time the rate is measured: long enough to be calm, short enough to be true."""
MAX_KEPT: Final = 5_000

Note = Callable[[Outcome], None]
"""Take notice of one outcome."""


class Pace:
    """Count mails and tell their rate, what is left, and for how long.

    Attributes:
        sent, done: accepted mails; those and all others that came to an end.
    """

    def __init__(self, total: int, *, clock: Clock, quota: int | None = None) -> None:
        self._total = total
        self._clock = clock
        self._quota = quota
        self._ends = deque([clock()], maxlen=MAX_KEPT)
        self.sent = 0
        self.done = 0

    def note(self, outcome: Outcome) -> None:
        """Count an outcome; one that was handed back is to come again."""
        if outcome.state is DeliveryState.PLANNED:
            return
        self.done += 1
        self.sent += outcome.state is DeliveryState.SENT
        self._ends.append(self._clock())
        while len(self._ends) > 2 and self._ends[-1] - self._ends[0] > WINDOW:
            self._ends.popleft()

    @property
    def per_second(self) -> float:
        """Return the rate of the last seconds; 0 while there is none."""
        elapsed_s = (self._ends[-1] - self._ends[0]).total_seconds()
        return (len(self._ends) - 1) / elapsed_s if elapsed_s > 0 else 0.0

    @property
    def text(self) -> str:
        """Return one line: ``123 of 500 sent · 41/s · 9 s left · 49,377 left of quota``."""
        parts = [f"{self.sent:,} of {self._total:,} sent"]
        if self.per_second:
            parts.append(f"{self.per_second:.3g}/s")
            parts.append(f"{_duration((self._total - self.done) / self.per_second)} left")
        if self._quota is not None:
            parts.append(f"{max(0, self._quota - self.sent):,} left of quota")
        return " · ".join(parts)


@contextmanager
def sending_progress(title: str, mailer: Mailer, *, total: int, clock: Clock) -> Iterator[Note]:
    """Show a bar on standard error while the block runs, where that is a terminal.

    Args:
        title: what is being sent.
        mailer: asked for what is left of its quota.
        total: how many mails there are to send.
        clock: for the rate.
    """
    if not sys.stderr.isatty():
        yield _look_away
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    pace = Pace(total, clock=clock, quota=_quota_left(mailer))
    columns = (TextColumn(title), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(pace.text, total=total)

        def note(outcome: Outcome) -> None:
            pace.note(outcome)
            bar.update(task, completed=pace.done, description=pace.text)

        yield note


def _quota_left(mailer: Mailer) -> int | None:
    """Return how many mails the provider takes today; None when that is not known or no matter."""
    account = account_of(mailer)
    try:
        return account().left_today if account is not None else None
    except MailerError:
        return None


def _look_away(outcome: Outcome) -> None:
    """Take notice of an outcome that nobody watches."""


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
