"""Tables in Markdown as models write them: put right before Markdown is read.

Rows get as many cells as the table has columns, a blank line stands before the table, rows that
lost their table go back to it, and those that never had one become plain lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

_FENCE: Final = re.compile(r"^\s*(?:```|~~~)")
_RULE: Final = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_ROW: Final = re.compile(r"^\s*\|.*\|\s*$")
_BAR: Final = re.compile(r"(?<!\\)\|")
_SPACED_BAR: Final = re.compile(r"\s+\|\s+")


def tidy_tables(text: str) -> str:
    """Return the text with its tables in order."""
    lines = text.split("\n")
    return "\n".join(_Tidier(lines=lines).tidied())


@dataclass(slots=True, kw_only=True)
class _Tidier:
    lines: Sequence[str]
    columns: int = 0
    is_code: bool = False
    blanks: list[str] = field(default_factory=list)

    def tidied(self) -> Iterator[str]:
        for place, line in enumerate(self.lines):
            if _FENCE.match(line):
                self.is_code = not self.is_code
            if self.is_code or _FENCE.match(line):
                yield from self._plain(line)
            elif self._starts_table(place):
                self.columns = len(_cells(self.lines[place + 1]))
                yield from ("", _row(line, self.columns))
                self.blanks.clear()
            elif self.columns and _is_rule(line):
                yield line
            else:
                yield from self._other(line)
        yield from self.blanks

    def _starts_table(self, place: int) -> bool:
        line, after = self.lines[place], (*self.lines[place + 1 : place + 2], "")[0]
        return "|" in line and _is_rule(after) and not _is_rule(line)

    def _other(self, line: str) -> Iterator[str]:
        if self.columns and not line.strip():
            self.blanks.append(line)
        elif self.columns and _ROW.match(line):
            self.blanks.clear()
            yield _row(line, self.columns)
        elif _ROW.match(line):
            yield " · ".join(filter(None, _cells(line))) + "  "
        else:
            yield from self._plain(line)

    def _plain(self, line: str) -> Iterator[str]:
        needs_blank = self.columns and not self.blanks and line.strip()
        yield from (*self.blanks, *([""] if needs_blank else []), line)
        self.columns = 0
        self.blanks.clear()


def _is_rule(line: str) -> bool:
    return "|" in line and _RULE.match(line) is not None


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in _BAR.split(bare)]


def _row(line: str, columns: int) -> str:
    """Return a row of ``columns`` cells: bars inside one are escaped, missing ones are empty."""
    indent = line[: len(line) - len(line.lstrip())]
    cells = _cells(line)
    if len(cells) > columns:
        bare = line.strip().removeprefix("|").removesuffix("|")
        cells = [_BAR.sub(r"\\|", cell.strip()) for cell in _SPACED_BAR.split(bare)]
    if len(cells) > columns:
        cells = [*cells[: columns - 1], " ".join(cells[columns - 1 :])]
    cells += [""] * (columns - len(cells))
    return f"{indent}| {' | '.join(cells)} |"
