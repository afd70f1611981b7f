"""What the store says of papers just read: no id is announced twice.

A paper that was new or crossed on an earlier day is not given again as such. A new version of
it is a new announcement, of type REPLACE: its row moves to the new issue, where readers who asked
for replacements see it. Read again for the same day, a paper keeps its days, and a stronger type
for it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from newsletter.model import AnnounceType, Paper
from newsletter.sources.announcements import combine

_REPLACEMENTS = frozenset({AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS})


def settle(papers: Iterable[Paper], *, known: Mapping[str, Paper], on: date) -> tuple[Paper, ...]:
    """Return the papers that belong to the issue of ``on``; ``known`` is the store's, by id."""
    settled = (_settle_one(paper, known.get(paper.id), on) for paper in papers)
    return tuple(paper for paper in settled if paper is not None)


def unseen_ids(papers: Iterable[Paper], *, known: Mapping[str, Paper], on: date) -> frozenset[str]:
    """Return the ids that had never been announced to us before the issue of ``on``."""
    return frozenset(
        paper.id for paper in papers if paper.id not in known or known[paper.id].issue_on == on
    )


def _settle_one(paper: Paper, known: Paper | None, on: date) -> Paper | None:
    if known is None:
        return paper
    if known.issue_on == on:
        joined = combine(known, paper)
        return replace(joined, issue_on=on, announced_on=known.announced_on)
    if known.issue_on < on and _is_new_version(paper, known):
        return _replacement(known, paper)
    return None


def _is_new_version(paper: Paper, known: Paper) -> bool:
    return paper.announce_type in _REPLACEMENTS and paper.version > known.version


def _replacement(known: Paper, paper: Paper) -> Paper:
    """Return the replacement, with what only the earlier announcement knew."""
    return replace(
        paper,
        submitted_at=paper.submitted_at or known.submitted_at,
        categories=tuple(dict.fromkeys((*known.categories[:1], *paper.categories))),
    )
