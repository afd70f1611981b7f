"""What a dry run wants of a store that is too far away to be copied whole."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchWish:
    """What of a store is wanted.

    Attributes:
        only: the address of the one reader it is about; None for all that are active.
        until: the last day of papers; None for the newest.
        is_for_import: readers in any state and suppressed addresses, and no papers.
    """

    only: str | None = None
    until: date | None = None
    is_for_import: bool = False
