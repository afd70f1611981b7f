"""``newsletter summarize``: have the picks of a day summarised, now."""

from datetime import date, datetime
from typing import Annotated

import typer

from newsletter.bootstrap import App
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json, OnOption
from newsletter.cli.output import PARTIAL, note, print_json
from newsletter.cli.progress import progress
from newsletter.cli.readers import active_readers
from newsletter.cli.summarising import estimate_text, run_text, wanted_of
from newsletter.delivery.schedule import edition_of
from newsletter.errors import UsageError
from newsletter.model import Issue, SummaryRun
from newsletter.ports import Store
from newsletter.stores.scratch_wish import ScratchWish
from newsletter.summaries.wanted import Wanted


def summarize(
    ctx: typer.Context,
    on: OnOption = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="At most so many papers.", metavar="N")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Only in this language.", metavar="TAG")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would consume; ask nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Have the papers of a day summarised that readers and the house would get.

    Each paper is summarised once for each language, those of most readers first, within the
    limits of the settings. What is there already is not made again. Exit code 3 says that the
    model's endpoint failed; the papers then have sentences chosen from their abstracts.

    \b
    Examples:
      newsletter summarize --dry-run
      newsletter summarize --on 2026-11-20 --limit 20 --language en
    """
    program = app_of(ctx)
    with program.open_store() as store:
        day = _day(store, on)
        issues, wanted = _wanted(program, day)
        if language is not None:
            tag = program.shelf(store).language(language)
            wanted = tuple(one for one in wanted if one.language == tag)
        wanted = wanted[:limit]
        if dry_run:
            _show_estimate(program, store, wanted, json=json)
            return
        run = _run(program, store, issues, wanted)
    if json:
        print_json(run)
    else:
        typer.echo(run_text(run))
    if run.outage:
        raise typer.Exit(PARTIAL)


def _day(store: Store, on: datetime | None) -> date:
    day = on.date() if on else store.papers.last_issue_day()
    if day is None or not store.papers.papers_between(day, day):
        wanted = f" --on {day}" if day else ""
        raise UsageError(f"nothing is stored of that day: run `newsletter fetch{wanted}` first")
    return day


def _wanted(program: App, day: date) -> tuple[tuple[Issue, ...], tuple[Wanted, ...]]:
    """Plan the day in a scratch copy: who would get what, were it sent now."""
    with program.open_copy(ScratchWish(until=day), tell=note) as scratch:
        readers = active_readers(scratch.subscribers)
        job = program.job(scratch)
        issues = job.plan_editions(readers, lambda reader: edition_of(day, reader.cadence))
        return issues, wanted_of(program, scratch, issues, readers, days=[day])


def _show_estimate(program: App, store: Store, wanted: tuple[Wanted, ...], *, json: bool) -> None:
    with program.summary_desk(store) as desk:
        estimate = desk.estimate(wanted)
    if json:
        print_json(estimate)
    else:
        typer.echo(estimate_text(estimate))
        note("Nothing was asked.")


def _run(
    program: App, store: Store, issues: tuple[Issue, ...], wanted: tuple[Wanted, ...]
) -> SummaryRun:
    with (
        program.summary_desk(store) as desk,
        progress("Summarising", total=len(wanted)) as advance,
    ):
        return program.job(store).summarise(
            wanted, issues, desk=desk, on_progress=lambda summary: advance(summary.paper_id)
        )
