"""What goes wrong besides the kills: faults of the provider, drawn by lot."""

import random
import subprocess
import threading
from collections.abc import Mapping
from typing import Any, Final

from tests.servers.fake_ses_script import (
    ERROR_500,
    ERROR_500_AFTER_ACCEPT,
    QUOTA,
    REPLY_LOST,
    RESET,
    RESET_AFTER_ACCEPT,
    THROTTLED,
    Step,
    refuse,
)

FAULTS: Final[Mapping[str, tuple[float, Step]]] = {
    "throttled": (0.001, THROTTLED),
    "rejected": (0.002, refuse("MessageRejected", "Refused by lot.")),
    "error_500": (0.003, ERROR_500),
    "error_500_after_accept": (0.003, ERROR_500_AFTER_ACCEPT),
    "reset": (0.003, RESET),
    "reset_after_accept": (0.003, RESET_AFTER_ACCEPT),
    "reply_lost": (0.003, REPLY_LOST),
}
"""Name → how likely for each mail, and what the fake does then."""


class Weather:
    """Decide on each mail as the fake SES asks; may kill the sender while it waits for the reply.

    Attributes:
        posts: how many mails were decided on.
    """

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._lock = threading.Lock()
        self._victim: tuple[int, subprocess.Popen[str], bool] | None = None
        self._quota_at: int | None = None
        self.posts = 0

    def kill_at(self, posts: int, process: subprocess.Popen[str], *, accept: bool) -> None:
        """Kill the process when so many more mails came in; the last is accepted, or not."""
        with self._lock:
            self._victim = (self.posts + posts, process, accept)

    def use_up_quota_at(self, posts: int) -> None:
        """Say once that the quota of the day is used up, to the mail of this number."""
        self._quota_at = posts

    def kill_nobody(self) -> None:
        """Forget whom to kill."""
        with self._lock:
            self._victim = None

    def decide(self, _mail: Mapping[str, Any]) -> Step | None:
        """Return the fate of one mail; None lets the fake decide."""
        with self._lock:
            self.posts += 1
            if self._victim is not None and self.posts >= self._victim[0]:
                _, process, accept = self._victim
                self._victim = None
                process.kill()
                return None if accept else RESET
            if self.posts == self._quota_at:
                return QUOTA
            return self._lot()

    def _lot(self) -> Step | None:
        drawn = self._dice.random()
        for likelihood, step in FAULTS.values():
            drawn -= likelihood
            if drawn < 0:
                return step
        return None
