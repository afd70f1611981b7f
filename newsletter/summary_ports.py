"""What summaries need from outside, and what the job needs of them; part of ``ports``."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from newsletter.model import (
    Paper,
    Summary,
    SummaryKey,
    SummaryOrigin,
    SummaryRun,
    SummaryText,
    Usage,
)


class SourceText(Protocol):
    """What a summarizer reads of a paper: from outside, and never instructions."""

    @property
    def paper(self) -> Paper:
        """Return the paper."""

    @property
    def text(self) -> str:
        """Return what is known of it beside the title; the abstract at least."""

    @property
    def file(self) -> bytes | None:
        """Return the whole PDF for endpoints that read files; None when ``text`` is all."""


class Summarizer(Protocol):
    """Say what a paper says. ``write`` may be called from several threads."""

    @property
    def model(self) -> str:
        """Name the model; it is part of the summary's key."""

    @property
    def origin(self) -> SummaryOrigin:
        """Say who writes; what a model writes is checked."""

    def prompt_hash(self, language: str) -> str:
        """Return what changes with the question: part of the summary's key."""

    def estimate(self, source: SourceText, language: str) -> Usage:
        """Say what ``write`` will about consume; nothing is asked."""

    def write(
        self, source: SourceText, language: str, *, complaint: str = "", timeout_s: float
    ) -> tuple[SummaryText, Usage]:
        """Ask once and return the answer, unchecked, and what it consumed.

        Args:
            source: the paper.
            language: of the summary, BCP 47.
            complaint: what was wrong with the answer before; empty for the first.
            timeout_s: when to give up, for the whole answer.

        Raises:
            SummaryError: see ``errors`` for the kinds.
        """

    def close(self) -> None:
        """Finish connections; ``write`` may not be called afterwards."""


class SummaryStore(Protocol):
    """Keep summaries, and what the runs came to."""

    def save(self, summaries: Iterable[Summary]) -> None:
        """Write them in one transaction; others of the same key are replaced."""

    def known(self, keys: Iterable[SummaryKey]) -> Mapping[SummaryKey, Summary]:
        """Return the stored ones among these keys."""

    def best(self, papers: Iterable[tuple[str, int]], language: str) -> Mapping[str, Summary]:
        """Return the best summary of each (paper id, version), by paper id.

        One by a model comes before an extract, then the newest.
        """

    def newest(self, *, limit: int, paper_id: str | None = None) -> tuple[Summary, ...]:
        """Return the newest ones, of one paper only if it is named, newest first."""

    def forget(self, paper_id: str, *, language: str | None = None) -> int:
        """Delete a paper's summaries, so that they are made again; return how many."""

    def count(self) -> Mapping[tuple[str, str, str], tuple[int, Usage]]:
        """Count all by (language, model, origin or fault), and what they consumed."""

    def add_run(self, run: SummaryRun) -> None:
        """Write what a run came to."""

    def runs(self, *, limit: int) -> tuple[SummaryRun, ...]:
        """Return the newest runs, newest first."""
