"""Options that several commands share."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.sources.collect import SourceChoice


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day, of no zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} must be like 2026-11-20") from None


SourceOption = Annotated[
    SourceChoice,
    typer.Option(
        help="Where to read: auto chooses and repairs; feed with --on reads the feed as if it "
        "were that day; sample is invented, needs no network, and has readers for a dry run."
    ),
]
OnOption = Annotated[
    datetime | None,
    typer.Option("--on", parser=_day, metavar="DATE", help="The announcement day."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OutOption = Annotated[Path, typer.Option("--out", help="The folder for the mails.", metavar="DIR")]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, help="At most so many mails.", metavar="N")
]
OnlyOption = Annotated[
    str | None, typer.Option("--only", help="Just this reader.", metavar="EMAIL")
]
SpreadOption = Annotated[
    bool,
    typer.Option(
        "--spread", help="If the provider's daily quota is too small, send as much as it allows."
    ),
]
