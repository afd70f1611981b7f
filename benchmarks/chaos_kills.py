"""When a sender is killed: at a named moment, at a random one, or while the provider has a mail."""

import random
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.chaos_faults import Weather
from newsletter.delivery.failpoints import VARIABLE, Moment

LONGEST_S: Final = 2.5
"""A sender needs about so long from its start to its end."""

ONCE: Final = frozenset(
    {Moment.BEFORE_PLAN, Moment.AFTER_PLAN, Moment.BEFORE_EXPIRE, Moment.AFTER_EXPIRE}
)
"""Moments that a run passes once or twice; the others come with every mail or every batch."""
MAILS_A_PASSAGE: Final[Mapping[Moment, int]] = {
    Moment.BEFORE_CLAIM: 200,
    Moment.AFTER_CLAIM: 200,
    Moment.BEFORE_SETTLE: 40,
    Moment.AFTER_SETTLE: 40,
}
"""So many mails to a passage, about, when the passage is drawn among the first; else three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One plan to kill a sender; which may be over before it comes to that.

    Attributes:
        moment, passage: of a failpoint; None for the other ways.
        after_s: so long after the start.
        posts: so many mails after the start, the last of them ``accepted`` or not.
    """

    moment: Moment | None = None
    passage: int = 1
    after_s: float | None = None
    posts: int | None = None
    accepted: bool = False

    @property
    def environ(self) -> Mapping[str, str]:
        """Return what a sender needs in its environment to die of this."""
        return {} if self.moment is None else {VARIABLE: f"{self.moment.value}:{self.passage}"}

    @contextmanager
    def aimed(self, process: subprocess.Popen[str], weather: Weather) -> Iterator[None]:
        """Be ready to kill while the block runs."""
        if self.posts is not None:
            weather.kill_at(self.posts, process, accept=self.accepted)
        timer = threading.Timer(self.after_s or 0.0, process.kill)
        if self.after_s is not None:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            weather.kill_nobody()


def draw_kill(dice: random.Random, *, mails: int) -> Kill:
    """Draw a kill by lot, for a sender that has up to ``mails`` mails to send."""
    match dice.randrange(3):
        case 0:
            return kill_at(dice.choice(list(Moment)), dice, mails=mails)
        case 1:
            return Kill(after_s=dice.uniform(0.1, LONGEST_S))
        case _:
            posts = dice.randint(1, max(1, mails // 3))
            return Kill(posts=posts, accepted=dice.random() < 0.5)


def kill_at(moment: Moment, dice: random.Random, *, mails: int) -> Kill:
    """Return a kill at this moment, at a passage drawn by lot: early, to leave some for others."""
    if moment in ONCE:
        return Kill(moment=moment)
    return Kill(moment=moment, passage=dice.randint(1, 1 + mails // MAILS_A_PASSAGE.get(moment, 3)))
