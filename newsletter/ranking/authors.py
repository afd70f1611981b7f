"""Recognise a followed author in a paper's list of authors."""

import unicodedata
from collections.abc import Sequence

from newsletter.model import Paper

Names = tuple[str, ...]


class AuthorIndex:
    """The day's authors, by given and family name."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers: dict[Names, list[tuple[Names, int]]] = {}
        for position, paper in enumerate(papers):
            for author in paper.authors:
                names = parse_name(author)
                if names:
                    self._papers.setdefault(_ends(names), []).append((names, position))

    def find(self, author: str) -> tuple[int, ...]:
        """Return the positions of the papers that ``author`` wrote, ascending.

        ``Ada M. Example`` is ``Ada Example`` and ``Example, Ada``, but neither ``Ada B.
        Example`` nor ``A. Example``: an initial stands for too many people.
        """
        wanted = parse_name(author)
        if not wanted:
            return ()
        candidates = self._papers.get(_ends(wanted), ())
        return tuple(sorted({n for names, n in candidates if _may_be_same(wanted, names)}))


def parse_name(name: str) -> Names:
    """Split a name into its parts without case and accents, given name first."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma and "," not in given else name
    plain = unicodedata.normalize("NFKD", ordered).casefold()
    kept = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return tuple(kept.split())


def _ends(names: Names) -> Names:
    return (names[0], names[-1])


def _may_be_same(one: Names, other: Names) -> bool:
    """Compare middle names: they must not contradict each other."""
    middle, others = one[1:-1], other[1:-1]
    if not middle or not others:
        return True
    return len(middle) == len(others) and all(
        a.startswith(b) or b.startswith(a) for a, b in zip(middle, others, strict=True)
    )
