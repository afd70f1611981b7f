"""Keep of an unreadable payload what an operator needs to see, and no address."""

import re
from datetime import datetime
from typing import Final

from newsletter.model import MalformedEvent, UnreadableEvent

MAX_EXCERPT_CHARS: Final = 1_000
_READ_CHARS: Final = 2 * MAX_EXCERPT_CHARS
_PART: Final = r"[^\s<>\"'(),;:\[\]]{0,320}"
_ADDRESS: Final = re.compile(rf"{_PART}(?:@|%40|\\u0040){_PART}", re.IGNORECASE)
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def unreadable_of(
    payload: str | bytes, malformed: MalformedEvent, *, at: datetime
) -> UnreadableEvent:
    """Describe a payload that was not understood."""
    start = payload[:_READ_CHARS]
    text = start if isinstance(start, str) else start.decode(errors="replace")
    return UnreadableEvent(
        sha256=malformed.sha256,
        why=malformed.why,
        excerpt=_UNPRINTABLE.sub(" ", _ADDRESS.sub("[address]", text))[:MAX_EXCERPT_CHARS],
        first_at=at,
        last_at=at,
        times=1,
    )
