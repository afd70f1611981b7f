"""``newsletter preview``: one reader's next mail."""

import webbrowser
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from newsletter.bootstrap import App
from newsletter.cli.dry_run import dry_run
from newsletter.cli.fetch import announcement_day, fetch_day
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json, OnOption, OutOption, SourceOption
from newsletter.cli.output import note
from newsletter.cli.readers import active_readers, deliveries_of
from newsletter.delivery.schedule import edition_of
from newsletter.errors import SourceUnavailableError
from newsletter.ports import Store
from newsletter.sources.collect import SourceChoice
from newsletter.stores.scratch_wish import ScratchWish


def preview(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", help="The reader's address.", metavar="EMAIL")],
    open_: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    source: SourceOption = SourceChoice.AUTO,
    on: OnOption = None,
    out: OutOption = Path("out"),
    json: Json = False,
) -> None:
    """Write one reader's mail to files, without sending or storing anything.

    A mail that went out already is shown as it was.
    When arXiv cannot be read, it is the mail of the last announcement in the store.

    \b
    Examples:
      newsletter preview --to reader@example.org --open
      newsletter preview --to reader@example.org --on 2026-11-20 --out /tmp/mail
    """
    program = app_of(ctx)
    wish = ScratchWish(only=to, until=on.date() if on else None)
    with program.open_copy(wish, tell=note) as store:
        readers = active_readers(store.subscribers, only=to)
        day = _read_day(program, store, announcement_day(program, source, on), source=source)
        job = program.job(store)
        issues = job.plan_editions(readers, lambda reader: edition_of(day, reader.cadence))
        only = deliveries_of(issues, readers)
        code = dry_run(
            program, store, issues, readers, out=out, only=only, is_again=True, json=json
        )
    if open_:
        webbrowser.open((out / "index.html").resolve().as_uri())
    raise typer.Exit(code)


def _read_day(program: App, store: Store, day: date, *, source: SourceChoice) -> date:
    """Have the announcement of ``day`` in the store, or the last one before; return which.

    Raises:
        SourceUnavailableError: it cannot be read, and there is none before.
    """
    if program.job(store).is_complete(day, program.categories(store, source)):
        return day
    try:
        fetch_day(program, store, day, choice=source)
    except SourceUnavailableError as error:
        stored = store.papers.last_issue_day()
        if stored is None or stored > day:
            raise
        note(f"{str(error).splitlines()[0]}\nThis is the announcement of {stored}.")
        return stored
    return day
