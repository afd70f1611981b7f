"""Papers that readers were to get and did not: the next issue has them in its choice again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from newsletter.ports import Ledger

LOOK_BACK: Final = timedelta(days=7)
READERS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What was chosen for readers in the week before an issue, and never reached them.

    Attributes:
        before: the first day of the issue.
    """

    ledger: Ledger
    before: date

    def of(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers, for readers who have any."""
        first_on, last_on = self.before - LOOK_BACK, self.before - timedelta(days=1)
        return self.ledger.unsent_papers(subscriber_ids, first_on=first_on, last_on=last_on)

    def of_any(self, subscriber_ids: Iterable[str]) -> frozenset[str]:
        """Return the ids of papers that at least one of these readers has left over."""
        found: set[str] = set()
        for chunk in _chunks(subscriber_ids):
            found.update(*self.of(chunk).values())
        return frozenset(found)


def _chunks(subscriber_ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(subscriber_ids)
    while chunk := tuple(islice(rest, READERS_AT_ONCE)):
        yield chunk
