"""Which papers a reader considers at all: categories, announce types, withdrawals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsletter.model import AnnounceType, Paper
from newsletter.ranking.arrays import Flags, Floats, Integers

CACHE_LIMIT = 512
NO_CATEGORY = -1

_TYPES = tuple(AnnounceType)
_ABSENT = len(_TYPES)
_PLACES = 1 << 16
_REFUSED = 1 << 30
_CROSS_OF: Mapping[AnnounceType, AnnounceType] = {
    AnnounceType.NEW: AnnounceType.CROSS,
    AnnounceType.CROSS: AnnounceType.CROSS,
    AnnounceType.REPLACE: AnnounceType.REPLACE_CROSS,
    AnnounceType.REPLACE_CROSS: AnnounceType.REPLACE_CROSS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The papers that pass a reader's filters.

    Attributes:
        admitted: by paper.
        home: by paper: the place of its category among the reader's; ``NO_CATEGORY`` when it
            is in none of them. A category in which it is new goes before one in which it is a
            cross-list.
        ties: by paper: whole numbers, all different: of equal papers, the smaller goes first.
    """

    admitted: Flags
    home: Integers
    ties: Floats


class Gatekeeper:
    """Apply filters; readers with the same ones share the answer."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._present = np.array([not paper.withdrawn for paper in papers], dtype=np.bool_)
        self._types = np.array([_TYPES.index(paper.announce_type) for paper in papers], np.int8)
        self._columns = _type_columns(papers)
        self._nowhere = np.full(len(papers), _ABSENT, dtype=np.int8)
        self._cache: dict[tuple[object, ...], Admission] = {}

    def admit(
        self, categories: tuple[str, ...], announce_types: tuple[AnnounceType, ...]
    ) -> Admission:
        """Return what passes; no categories mean all of them."""
        key = (categories, announce_types)
        known = self._cache.get(key)
        if known is None:
            if len(self._cache) >= CACHE_LIMIT:
                self._cache.clear()
            known = self._cache[key] = self._judge(categories, announce_types)
        return known

    def _judge(
        self, categories: tuple[str, ...], announce_types: tuple[AnnounceType, ...]
    ) -> Admission:
        penalties = _penalties(announce_types)
        if not categories:
            wanted = penalties[self._types] < _REFUSED
            home = np.full(len(self._present), NO_CATEGORY, dtype=np.int32)
            return _admission(self._present & wanted, home)
        best = np.full(len(self._present), _REFUSED, dtype=np.int32)
        for place, category in enumerate(categories):
            column = self._columns.get(category, self._nowhere)
            np.minimum(best, penalties[column] + place, out=best)
        accepted = best < _REFUSED
        home = np.where(accepted, best % _PLACES, NO_CATEGORY).astype(np.int32)
        return _admission(self._present & accepted, home)


def _admission(admitted: Flags, home: Integers) -> Admission:
    ties = home.astype(np.float64) * len(home) + np.arange(len(home))
    return Admission(admitted=admitted, home=home, ties=ties)


def types_by_category(paper: Paper) -> dict[str, AnnounceType]:
    """Say for each category how the paper was announced there, strongest type.

    A category it is listed in, but in which we did not read it, has it as its primary (then
    with the paper's own type) or as a cross-list.
    """
    types: dict[str, AnnounceType] = {}
    for category, kind in paper.announced_in:
        known = types.get(category)
        types[category] = kind if known is None or kind.strength > known.strength else known
    home_was_read = paper.announce_type in types.values()
    for place, category in enumerate(paper.categories):
        is_home = place == 0 and not home_was_read
        kind = paper.announce_type if is_home else _CROSS_OF[paper.announce_type]
        types.setdefault(category, kind)
    return types


def _type_columns(papers: Sequence[Paper]) -> dict[str, NDArray[np.int8]]:
    """Return for each category the type every paper has in it, as a place in ``_TYPES``."""
    columns: dict[str, NDArray[np.int8]] = {}
    for position, paper in enumerate(papers):
        for category, kind in types_by_category(paper).items():
            if category not in columns:
                columns[category] = np.full(len(papers), _ABSENT, dtype=np.int8)
            columns[category][position] = _TYPES.index(kind)
    return columns


def _penalties(announce_types: tuple[AnnounceType, ...]) -> Integers:
    """Return by type how far behind it stands; unwanted and absent ones are refused."""
    penalties = np.full(len(_TYPES) + 1, _REFUSED, dtype=np.int32)
    for place, kind in enumerate(_TYPES):
        if kind in announce_types:
            penalties[place] = place * _PLACES
    return penalties
