"""All checks of one answer, in the order of how much their reason tells."""

from collections.abc import Iterator
from typing import Final

from newsletter.model import SummaryText
from newsletter.model.summary import (
    MAX_POINTS,
    MAX_TABLE_COLUMNS,
    MAX_TABLE_ROWS,
    MAX_TLDR_CHARS,
)
from newsletter.summaries.checks.contrast import Contrast, wrong_paper
from newsletter.summaries.checks.language import is_in
from newsletter.summaries.checks.leftovers import wrong_markdown, wrong_texts
from newsletter.summaries.checks.numbers import known_numbers, unknown_numbers
from newsletter.summaries.checks.obedience import wrong_obedience
from newsletter.summaries.checks.own_terms import wrong_terms
from newsletter.summaries.papertext import PaperText

MIN_TLDR_CHARS: Final = 20
MAX_POINT_CHARS: Final = 600
MAX_CELL_CHARS: Final = 80
MAX_NUMBERS_NAMED: Final = 3


def what_is_wrong(
    text: SummaryText, source: PaperText, *, language: str, contrast: Contrast
) -> str:
    """Return the first reason not to keep an answer; empty when it is kept.

    Args:
        text: the answer.
        source: what was read of the paper.
        language: that was asked for, BCP 47.
        contrast: the papers of the batch.
    """
    return next(filter(None, _reasons(text, source, language, contrast)), "")


def _reasons(
    text: SummaryText, source: PaperText, language: str, contrast: Contrast
) -> Iterator[str]:
    said = [text.tldr, *text.points]
    yield wrong_shape(text)
    everything = source.everything
    yield wrong_texts([*said, *_cells(text)], source=everything)
    yield wrong_markdown(text.markdown)
    yield wrong_language(text, language)
    yield wrong_obedience([*said, text.markdown], source=everything)
    verdict = contrast.judge(" ".join([*said, *_cells(text), *text.key_terms]), source.paper,
                             more=source.text)  # fmt: skip
    yield wrong_paper(verdict)
    yield wrong_terms(text, source)
    yield wrong_numbers(text, everything)


def wrong_shape(text: SummaryText) -> str:
    """Return what is wrong with lengths and counts."""
    if not MIN_TLDR_CHARS <= len(text.tldr) <= MAX_TLDR_CHARS:
        return (
            f"the TL;DR has {len(text.tldr)} characters, not {MIN_TLDR_CHARS} to {MAX_TLDR_CHARS}"
        )
    for name in ("contributions", "method", "results", "limitations"):
        points = getattr(text, name)
        if len(points) > MAX_POINTS:
            return f"there are {len(points)} {name}, at most {MAX_POINTS}"
        if any(len(point) > MAX_POINT_CHARS for point in points):
            return f"one of the {name} has more than {MAX_POINT_CHARS} characters"
    if not text.points:
        return "it says nothing but the TL;DR"
    said = [text.tldr, *text.points]
    if len(set(said)) < len(said):
        return "it says the same twice"
    return _wrong_table(text)


def wrong_language(text: SummaryText, language: str) -> str:
    """Return whether a part is in another language than was asked for."""
    points = " ".join(text.points)
    if not is_in(text.tldr, language) or not is_in(f"{text.tldr} {points}", language):
        return f"it is not in the language asked for ({language})"
    if text.markdown and not is_in(text.markdown, language):
        return f"the long summary is not in the language asked for ({language})"
    return ""


def wrong_numbers(text: SummaryText, source: str) -> str:
    """Return which numbers of the TL;DR, the points and the table the paper does not have."""
    said = [text.tldr, *text.points, *_cells(text)]
    unknown = unknown_numbers(said, known_numbers(source))
    if not unknown:
        return ""
    named = ", ".join(unknown[:MAX_NUMBERS_NAMED])
    return f"the paper does not have the numbers it gives ({named})"


def _wrong_table(text: SummaryText) -> str:
    table = text.table
    if table is None:
        return ""
    if len(table.columns) > MAX_TABLE_COLUMNS or len(table.rows) > MAX_TABLE_ROWS:
        return "the table is too large"
    if any(len(row) != len(table.columns) for row in table.rows):
        return "the table is ragged"
    if any(len(cell) > MAX_CELL_CHARS for cell in _cells(text)):
        return f"a cell of the table has more than {MAX_CELL_CHARS} characters"
    return ""


def _cells(text: SummaryText) -> list[str]:
    """Return the cells that say something; a dash is how tables say nothing."""
    if text.table is None:
        return []
    cells = (cell for row in (text.table.columns, *text.table.rows) for cell in row)
    return [cell for cell in cells if any(char.isalnum() for char in cell)]
