"""Whether a feed is today's: told by its ids, since its dates lie.

Of 42 recorded stale feeds, 40 bore the new day's dates. arXiv gives ids in the order of
announcement, so a batch lies above the batch before, and beside the other categories' of its day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.model import Announcement, AnnounceType, Paper
from newsletter.sources.identifier import announced_order

_LARGEST_STALE_SHARE = 0.2
_LOW_QUANTILE = 0.05
_LOWEST_QUANTILE = 0.01
_FEW = 4
_LEAST_TO_COMPARE = 10
_FRESH_TYPES = frozenset({AnnounceType.NEW, AnnounceType.CROSS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the store knows from before the day that is judged.

    Attributes:
        ids: those of the announcement's papers that were announced to us before.
        has_batch_before: whether the category's batch of the day before is complete.
        newest: the newest id of the day before, over all categories.
    """

    ids: frozenset[str] = frozenset()
    has_batch_before: bool = False
    newest: str | None = None


def why_stale(
    announcement: Announcement, *, others: Sequence[Announcement], past: Past
) -> str | None:
    """Return why this is not the announcement of its day; None if it is, or nothing tells.

    With the batch before in the store, the share of new papers that were never seen decides.
    Without it, the newest id is compared with the day before and with the other categories:
    with each of them, since another one may be stale too; a handful of papers, which may all
    have come in early, with all of them together.
    """
    new = [paper for paper in announcement.papers if paper.announce_type is AnnounceType.NEW]
    if past.has_batch_before and new:
        unseen = sum(paper.id not in past.ids for paper in new) / len(new)
        if unseen <= _LARGEST_STALE_SHARE:
            return f"{len(new) - round(unseen * len(new))} of its {len(new)} new papers were known"
        return None
    return _why_below(announcement, others=others, newest_before=past.newest)


def _why_below(
    announcement: Announcement, *, others: Sequence[Announcement], newest_before: str | None
) -> str | None:
    ids = _fresh_ids(announcement.papers)
    if not ids:
        return None
    newest = max(ids, key=announced_order)
    if newest_before and announced_order(newest) <= announced_order(newest_before):
        return f"its newest paper {newest} is not above {newest_before} of the day before"
    groups = [other.papers for other in others]
    if len(ids) < _FEW:
        groups = [tuple(paper for group in groups for paper in group)]
    quantile = _LOWEST_QUANTILE if len(ids) < _FEW else _LOW_QUANTILE
    bounds = [bound for group in groups if (bound := _lower_bound(group, quantile))]
    highest = max(bounds, key=announced_order, default=newest)
    if announced_order(newest) < announced_order(highest):
        return f"its newest paper {newest} lies below those of other categories"
    return None


def _lower_bound(papers: Iterable[Paper], quantile: float) -> str | None:
    """Return the id above which nearly all new papers lie; None where they are few.

    Not the lowest id: papers that moderation held back bear ids of days before.
    """
    new = [paper.id for paper in papers if paper.announce_type is AnnounceType.NEW]
    if len(new) < _LEAST_TO_COMPARE:
        return None
    return sorted(new, key=announced_order)[int(quantile * len(new))]


def _fresh_ids(papers: Iterable[Paper]) -> list[str]:
    return [paper.id for paper in papers if paper.announce_type in _FRESH_TYPES]
