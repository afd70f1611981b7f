"""What arXiv announced: papers, announcements, the completeness ledger."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from subscribers.interests import AnnounceType

_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)


class SourceName(StrEnum):
    """Where an announcement was read."""

    FEED = "feed"
    LISTING = "listing"
    SEARCH = "search"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as arXiv announced it.

    Attributes:
        id: without version: ``2411.01234``, ``hep-th/9901001``.
        version: 1 or more.
        title, abstract: Unicode, TeX resolved; paragraphs of the abstract are separated
            by a blank line.
        title_tex, abstract_tex: as arXiv wrote them, the same paragraphs.
        authors: in the paper's order, accents resolved.
        categories: primary first when known.
        announce_type: the strongest of ``announced_in``.
        announced_in: each category it was read in, with the type it had there.
        announced_on: the day arXiv announced it.
        issue_on: the day whose issue considers it; later than ``announced_on`` when it was late.
        submitted_at: of version 1; None when the source does not say.
        comment, journal_ref, doi: the authors' notes, TeX resolved; None when there is none.
        acceptance: where it was accepted, out of the comment: ``NeurIPS 2026``.
        code_url: a repository named in the abstract or comment.
    """

    id: str
    version: int
    title: str
    abstract: str
    title_tex: str
    abstract_tex: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    announce_type: AnnounceType
    announced_in: tuple[tuple[str, AnnounceType], ...]
    announced_on: date
    issue_on: date
    submitted_at: datetime | None = None
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    acceptance: str | None = None
    code_url: str | None = None

    @property
    def late(self) -> bool:
        """Tell whether we met the paper after the day arXiv announced it."""
        return self.issue_on > self.announced_on

    @property
    def withdrawn(self) -> bool:
        """Tell whether the comment says that the authors took the paper back."""
        return self.comment is not None and _WITHDRAWN.search(self.comment) is not None

    @property
    def versioned_id(self) -> str:
        """Return the id with its version: ``2411.01234v2``."""
        return f"{self.id}v{self.version}"

    @property
    def url(self) -> str:
        """Return the abstract page. PDFs are linked, never served by us."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """Return arXiv's own PDF of this version."""
        return f"https://arxiv.org/pdf/{self.versioned_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One entry that could not be understood; the rest of its announcement stands.

    Attributes:
        entry: the id, or the place in the document when there is no id.
        why: what is wrong with it.
    """

    entry: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What one source says about one category on one day; not yet judged.

    Attributes:
        category: as asked for.
        on: the announcement day asked for.
        papers: in the source's order; ``announced_in`` has just this category.
        stated_on: the day the source states; None for feeds, whose dates cannot be trusted.
        stated_count: how many entries the source says it has; None when it does not say.
        set_aside: entries that could not be read.
    """

    category: str
    on: date
    source: SourceName
    papers: tuple[Paper, ...]
    stated_on: date | None = None
    stated_count: int | None = None
    set_aside: tuple[SetAside, ...] = ()


class BatchState(StrEnum):
    """What is known about one category on one announcement day.

    FRESH: read and complete. WAITING: nothing yet, ask again. QUIET: nothing is announced on
    this day. STALLED: yesterday's, or cut short, and no other source filled in.
    FAILED: could not be read.
    """

    FRESH = "fresh"
    WAITING = "waiting"
    QUIET = "quiet"
    STALLED = "stalled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The completeness ledger's row: one category on one announcement day.

    Attributes:
        expected: how many entries the source says there are; None when it does not say.
        fetched: how many were read.
        unseen: how many of them had never been announced to us before.
        source: which source gave what stands; None when none did.
        detail: one sentence for the operator: what happened, what was repaired.
        set_aside: entries that could not be read.
    """

    category: str
    announced_on: date
    state: BatchState
    expected: int | None = None
    fetched: int = 0
    unseen: int = 0
    source: SourceName | None = None
    detail: str = ""
    set_aside: tuple[SetAside, ...] = ()
