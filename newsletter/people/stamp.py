"""A stamp in a form: when it was shown. Nobody fills in a form in no time, programs do."""

from datetime import UTC, datetime
from typing import Final

from itsdangerous import BadSignature, Signer

from newsletter.ports import Clock

MAX_AGE_S: Final = 86_400.0 * 2


class FormStamps:
    """Make and read stamps; nothing about the visitor is in them.

    Args:
        keys: the first signs, all are accepted.
        clock: tells the time in UTC.
        min_age_s: how long a person needs at least.
    """

    def __init__(self, keys: tuple[bytes, ...], *, clock: Clock, min_age_s: float) -> None:
        self._signer = Signer(list(reversed(keys)), salt="newsletter.people.stamp")
        self._clock = clock
        self._min_age_s = min_age_s

    def make(self) -> str:
        """Return a stamp of now."""
        return self._signer.sign(str(int(self._clock().timestamp()))).decode()

    def is_plausible(self, stamp: str) -> bool:
        """Tell whether a form with this stamp may have been filled in by a person."""
        try:
            shown_s = int(self._signer.unsign(stamp.encode()[:200]))
        except (BadSignature, ValueError):
            return False
        age_s = self._clock().timestamp() - datetime.fromtimestamp(shown_s, UTC).timestamp()
        return self._min_age_s <= age_s <= MAX_AGE_S
