"""``newsletter fetch``: read what arXiv announced."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import typer

from newsletter.bootstrap import App
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json, OnOption, SourceOption
from newsletter.cli.output import PARTIAL, note, print_json, print_table
from newsletter.cli.progress import progress
from newsletter.errors import SourceError, SourceUnavailableError
from newsletter.model import Batch, BatchState
from newsletter.ports import Store
from newsletter.render.export import batch_facts
from newsletter.sources.collect import SourceChoice

WHOLE = (BatchState.FRESH, BatchState.QUIET)
COLUMNS = ("announced_on", "category", "state", "expected", "fetched", "unseen", "source", "detail")
SAMPLE_HINT = "To see a digest without arXiv: newsletter send --dry-run --source sample"


def fetch(
    ctx: typer.Context,
    source: SourceOption = SourceChoice.AUTO,
    on: OnOption = None,
    json: Json = False,
) -> None:
    """Read the announcement of a day and store its papers; reading it again adds what is new.

    Exit code 3 says that a category is not complete yet, 69 that arXiv cannot be reached.

    \b
    Examples:
      newsletter fetch
      newsletter fetch --source listing --on 2026-11-20
    """
    program = app_of(ctx)
    with program.open_store() as store:
        day = announcement_day(program, source, on)
        batches = fetch_day(program, store, day, choice=source)
    show_batches(batches, json=json)
    if any(batch.state not in WHOLE for batch in batches):
        raise typer.Exit(PARTIAL)


def announcement_day(program: App, choice: SourceChoice, on: datetime | None) -> date:
    """Return the day that is meant: the one asked for, or the newest there is."""
    if on is not None:
        return on.date()
    if choice is SourceChoice.SAMPLE:
        from newsletter.sources.sample import SampleSource

        return SampleSource.latest_on
    return program.calendar.current_day(program.clock())


def fetch_day(program: App, store: Store, day: date, *, choice: SourceChoice) -> tuple[Batch, ...]:
    """Fetch a day with progress; return the completeness ledger's rows.

    Raises:
        SourceUnavailableError: nothing could be read; nothing was written.
    """
    categories = program.categories(store, choice)
    job = program.job(store)
    try:
        with (
            progress(f"Reading {day}") as advance,
            program.collector(store, choice, on_progress=advance, tell=note) as collect,
        ):
            for each in program.days_to_fetch(choice, day):
                collected = job.fetch(each, categories=categories, collect=collect)
    except SourceError as error:
        raise SourceUnavailableError(f"{error}\n{SAMPLE_HINT}") from error
    return tuple(collected.batches)


def show_batches(batches: tuple[Batch, ...], *, json: bool) -> None:
    """Print the completeness ledger's rows."""
    rows = [batch_facts(batch) for batch in batches]
    if json:
        print_json(rows)
    else:
        show_rows(rows)


def show_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the completeness ledger's rows as a table, and name what was set aside."""
    print_table(COLUMNS, (tuple(row[name] for name in COLUMNS) for row in rows))
    for row in rows:
        for each in row["set_aside"]:
            note(f"{row['category']}: {each['entry']} was set aside: {each['why']}")
