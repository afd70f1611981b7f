"""``newsletter export``: the house's issue for other programs and pages."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.options import Json, OnOption
from newsletter.errors import UsageError
from newsletter.render.export import ExportFormat
from newsletter.render.export import export as write_export


def export(
    ctx: typer.Context,
    form: Annotated[
        ExportFormat, typer.Option("--format", "-f", help="What to write.")
    ] = ExportFormat.MARKDOWN,
    on: OnOption = None,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="At most so many papers; 0 for all.", show_default="max_papers"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write to this file.", show_default="standard output")
    ] = None,
    json: Json = False,
) -> None:
    """Rank a stored day by the interests of the house and write it to standard output.

    \b
    Examples:
      newsletter export --format markdown --out README.md
      newsletter export --format json --on 2026-11-20 --limit 0
    """
    program = app_of(ctx)
    with program.open_store() as store:
        day = on.date() if on else store.papers.last_issue_day()
        if day is None or not store.papers.batches_between(day, day):
            wanted = f" --on {day}" if day else ""
            raise UsageError(f"nothing is stored of that day: run `newsletter fetch{wanted}` first")
        house_issue = program.job(store).house_issue(
            day, program.house, limit=limit, summaries=program.shelf(store)
        )
    text = write_export(ExportFormat.JSON if json else form, house_issue)
    if out is None:
        typer.echo(text, nl=False)
        return
    from newsletter.cli.files import write_whole

    write_whole(out, [text.encode()])
