"""What a mail shows of a summary, in words: cleaned, shortened, in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from newsletter.model import Summary, SummaryOrigin, SummaryText
from newsletter.model.summary import MAX_POINTS, MAX_TABLE_COLUMNS, MAX_TABLE_ROWS
from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.labels import Labels

MAX_POINT_COLUMNS = 240
MAX_CELL_COLUMNS = 40
MAX_MODEL_COLUMNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One sentence and what it is about: ``New``, ``How``, ``Result``, ``Limit``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    """One summary as the templates show it; plain text, not escaped.

    Attributes:
        tldr: empty when there is no summary.
        points: at most three.
        columns, rows: of the table; empty when there is none.
        origin: who wrote it.
        has_page: whether there is more of it to read.
    """

    tldr: str = ""
    points: tuple[Point, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    origin: str = ""
    has_page: bool = False

    @property
    def words(self) -> str:
        """Return all that there is to read, for the time it takes."""
        cells = (cell for row in (self.columns, *self.rows) for cell in row)
        return " ".join((self.tldr, *(point.text for point in self.points), *cells))


def summary_view(summary: Summary | None, labels: Labels) -> SummaryView:
    """Put a summary into words; one without a TL;DR is none."""
    tldr = one_line(summary.text.tldr) if summary else ""
    if summary is None or not tldr:
        return SummaryView()
    columns, rows = _table(summary.text)
    return SummaryView(
        tldr=tldr,
        points=tuple(_points(summary.text, labels)),
        columns=columns,
        rows=rows,
        origin=origin_text(summary, labels),
        has_page=summary.origin is SummaryOrigin.LLM and bool(summary.text.markdown),
    )


def origin_text(summary: Summary, labels: Labels) -> str:
    """Say who wrote a summary."""
    if summary.origin is SummaryOrigin.EXTRACTIVE:
        return labels.text("summary_extracted")
    return labels.text("summary_by", model=cut(one_line(summary.author), MAX_MODEL_COLUMNS))


def _points(text: SummaryText, labels: Labels) -> Iterator[Point]:
    """Yield at most three points, of as many kinds as there are, ordered by kind."""
    kinds = (
        ("point_new", text.contributions),
        ("point_how", text.method),
        ("point_result", text.results),
        ("point_limit", text.limitations),
    )
    numbers = _shares([len(sentences) for _, sentences in kinds])
    for (label, sentences), number in zip(kinds, numbers, strict=True):
        for sentence in sentences[:number]:
            shown = cut(one_line(sentence), MAX_POINT_COLUMNS)
            yield Point(kind=labels.text(label), text=shown)


def _shares(available: Sequence[int]) -> list[int]:
    """Give three places to the kinds in turn, as far as each has sentences."""
    turns = zip_longest(*([kind] * number for kind, number in enumerate(available)))
    order = [kind for turn in turns for kind in turn if kind is not None][:MAX_POINTS]
    return [order.count(kind) for kind in range(len(available))]


def _table(text: SummaryText) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if text.table is None or not text.table.rows:
        return (), ()
    columns = tuple(map(_cell, text.table.columns[:MAX_TABLE_COLUMNS]))
    width = len(columns)
    rows = (tuple(map(_cell, row[:width])) for row in text.table.rows[:MAX_TABLE_ROWS])
    return columns, tuple(row + ("",) * (width - len(row)) for row in rows)


def _cell(text: str) -> str:
    return cut(one_line(text), MAX_CELL_COLUMNS)
