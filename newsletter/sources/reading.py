"""Reading one category from one source, with errors as values and a limit on futile asking."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from newsletter.errors import (
    SourceError,
    SourceUnavailableError,
    SourceUnreachableError,
    ThrottledError,
)
from newsletter.model import Announcement, SourceName
from newsletter.ports import Source

_MOST_FAILURES = 2

Progress = Callable[[str], None]
"""Called before each reading with what is read now: ``cs.AI from the feed``."""


class Reader:
    """Ask sources; one that cannot be reached, or fails twice in a row, is left alone."""

    def __init__(
        self, sources: Mapping[SourceName, Source], *, progress: Progress | None = None
    ) -> None:
        self._sources = sources
        self._progress = progress
        self._failures: Counter[SourceName] = Counter()

    def has(self, name: SourceName) -> bool:
        """Tell whether this source is there and has not given up on us."""
        return name in self._sources and self._failures[name] < _MOST_FAILURES

    def read(self, name: SourceName, category: str, on: date) -> Announcement | SourceError:
        """Read ``category`` for the day ``on``; what goes wrong comes back as the error."""
        if not self.has(name):
            why = "does not answer" if name in self._sources else "is not there"
            return SourceUnavailableError(f"the {name} was not asked: it {why}")
        if self._progress is not None:
            self._progress(f"{category} from the {name}")
        try:
            announcement = self._sources[name].read(category, on)
        except SourceUnreachableError as error:
            self._failures[name] = _MOST_FAILURES
            return error
        except (SourceUnavailableError, ThrottledError) as error:
            self._failures[name] += 1
            return error
        except SourceError as error:
            return error
        self._failures[name] = 0
        return announcement
