"""What readers say about single papers."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Vote(IntEnum):
    """More like this, or less."""

    LESS = -1
    MORE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One reader's word on one paper; the last one counts.

    Attributes:
        paper_id: without version.
    """

    subscriber_id: str
    paper_id: str
    vote: Vote
    at: datetime
