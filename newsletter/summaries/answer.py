"""From what a model wrote to what a summary says; whether it is true is for the checks."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from newsletter.errors import SummaryRefusedError
from newsletter.model import ResultTable, SummaryText
from newsletter.model.summary import MAX_POINTS, MAX_TABLE_COLUMNS, MAX_TABLE_ROWS
from newsletter.render.clean import one_line
from newsletter.summaries.checks.patterns import load_patterns
from newsletter.summaries.schema import SECTIONS
from newsletter.summaries.sections import join_sections
from newsletter.tex.resolve import to_unicode

MAX_ANSWER_CHARS: Final = 60_000
MAX_KEY_TERMS: Final = 12
_THOUGHTS: Final = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_LINK: Final = re.compile(r"https?://|\bwww\.")
_MARKS: Final = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")


def _listed(value: object) -> object:
    if value is None:
        return []
    return [value] if isinstance(value, str | int | float) else value


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Texts = Annotated[list[Text], BeforeValidator(_listed)]


class _Lenient(BaseModel):
    """Take numbers for texts, one text for a list, and ignore what was not asked for."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class TableModel(_Lenient):
    """A table as models write it."""

    columns: Texts = Field(default_factory=list)
    rows: list[Texts] = Field(default_factory=list)


class AnswerModel(_Lenient):
    """An answer as models write it."""

    tldr: Text
    contributions: Texts = Field(default_factory=list)
    method: Texts = Field(default_factory=list)
    results: Texts = Field(default_factory=list)
    limitations: Texts = Field(default_factory=list)
    table: TableModel | None = None
    key_terms: Texts = Field(default_factory=list)
    sections: dict[str, Text] | None = None


def read_answer(raw: str, *, headings: Sequence[str]) -> SummaryText:
    """Read an answer: JSON, with prose or thoughts around it if must be.

    Raises:
        SummaryRefusedError: it is none; the message may be shown to the model.
    """
    if not raw.strip():
        raise SummaryRefusedError("the answer is empty")
    if len(raw) > MAX_ANSWER_CHARS:
        raise SummaryRefusedError(f"the answer has more than {MAX_ANSWER_CHARS} characters")
    try:
        answer = AnswerModel.model_validate(_object_in(_THOUGHTS.sub("", raw)))
    except ValidationError as error:
        places = {".".join(map(str, each["loc"])) for each in error.errors()}
        raise SummaryRefusedError(
            f"the answer has not the form asked for ({', '.join(sorted(places)[:3])})"
        ) from error
    return _text(answer, headings=headings)


def _object_in(text: str) -> dict[str, Any]:
    """Return the JSON object that a text is, or the first one that stands in it."""
    decoder = json.JSONDecoder()
    for start in [place for place, char in enumerate(text) if char == "{"][:20]:
        try:
            found, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and found:
            return found
    is_cut = text.lstrip().startswith(("{", "```"))
    raise SummaryRefusedError("the answer is cut short" if is_cut else "the answer is not JSON")


def _text(answer: AnswerModel, *, headings: Sequence[str]) -> SummaryText:
    text = SummaryText(
        tldr=plain(answer.tldr),
        contributions=_points(answer.contributions),
        method=_points(answer.method),
        results=_points(answer.results),
        limitations=_points(_told(answer.limitations)),
        table=_table(answer.table),
        key_terms=tuple(filter(None, map(plain, answer.key_terms)))[:MAX_KEY_TERMS],
    )
    written = answer.sections or {}
    sections = tuple(written.get(name, "") for name in SECTIONS)
    return join_sections(text, headings=headings, sections=sections if any(sections) else None)


def plain(text: str) -> str:
    """Return a text on one line, TeX resolved, without pairs of emphasis marks."""
    return one_line(to_unicode(_MARKS.sub(r"\2", text)))


def _points(texts: Sequence[str]) -> tuple[str, ...]:
    """Return at most three points; those with links are left out, a card has its own."""
    points = (text for text in map(plain, texts) if text and not _LINK.search(text))
    return tuple(points)[:MAX_POINTS]


def _told(texts: Sequence[str]) -> list[str]:
    """Leave out words that say there is nothing to tell."""
    placeholder = load_patterns("whole")["placeholder"]
    return [text for text in texts if not placeholder.fullmatch(text.strip().rstrip(".。"))]


def _table(table: TableModel | None) -> ResultTable | None:
    """Return the table, cut to what a mail can show; ragged rows are left out."""
    if table is None:
        return None
    columns = tuple(map(plain, table.columns))
    rows = [tuple(map(plain, row)) for row in table.rows if len(row) == len(columns)]
    if not any(columns) or not rows:
        return None
    shown = slice(0, MAX_TABLE_COLUMNS)
    return ResultTable(
        columns=columns[shown], rows=tuple(row[shown] for row in rows[:MAX_TABLE_ROWS])
    )
