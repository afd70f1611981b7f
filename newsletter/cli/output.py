"""What commands print: data to standard output, all else to standard error."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from pathlib import Path

import typer

from newsletter.errors import NewsletterError, UsageError
from subscribers.errors import SubscriberError

PARTIAL = 3
"""Exit code: done, but not all of it."""


def print_json(value: object) -> None:
    """Print one JSON value to standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_json_list(values: Iterable[object]) -> None:
    """Print a JSON list to standard output, one value at a time."""
    before = "["
    for value in values:
        typer.echo(f"{before}\n  {json.dumps(value, ensure_ascii=False, default=_plain)}", nl=False)
        before = ","
    typer.echo("[]" if before == "[" else "\n]")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table to standard output: framed on a terminal, tab-separated elsewhere."""
    texts = ([_cell(cell) for cell in row] for row in rows)
    if sys.stdout.isatty():
        _print_framed(columns, texts)
        return
    typer.echo("\t".join(columns))
    for row in texts:
        typer.echo("\t".join(row))


def counted(number: int, one: str, several: str) -> str:
    """Say a number and what it is of, such as ``1 mail is`` or ``2 mails are``."""
    return f"{number} {one if number == 1 else several}"


def note(text: str) -> None:
    """Tell the person at the terminal something that is not data."""
    typer.echo(text, err=True)


def fail(error: Exception) -> int:
    """Say on standard error what is wrong and how to set it right; return the exit code."""
    lines = [_visible(line) for line in str(error).splitlines()] or [type(error).__name__]
    note("\n".join(f"newsletter: {line}" for line in lines))
    return error.exit_code if isinstance(error, NewsletterError | SubscriberError) else 1


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless the answer is given.

    Raises:
        UsageError: nobody can be asked.
        typer.Abort: the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"{question} There is no terminal to ask on: add --yes")
    typer.confirm(question, abort=True, err=True)


def _print_framed(columns: Sequence[str], rows: Iterator[list[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return _visible("; ".join(str(each) for each in value))
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
    return _visible(str(value))


def _visible(text: str) -> str:
    """Take out what could steer a terminal or break a row."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case Path():
            return str(value)
        case set() | frozenset():
            return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
