"""``newsletter send``: an issue, from the announcement to the mailboxes, now."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from newsletter.bootstrap import App
from newsletter.choosing import Readers
from newsletter.cli.dry_run import dry_run as show_dry_run
from newsletter.cli.dry_run import lend_readers
from newsletter.cli.fetch import announcement_day, fetch_day
from newsletter.cli.handle import app_of
from newsletter.cli.issues import Yes
from newsletter.cli.options import (
    Json,
    LimitOption,
    OnlyOption,
    OnOption,
    OutOption,
    SourceOption,
    SpreadOption,
)
from newsletter.cli.output import note, print_json
from newsletter.cli.readers import active_readers, deliveries_of
from newsletter.cli.send_report import catch_up_and_tell
from newsletter.cli.sending import Wish, deliver_issues, may_send
from newsletter.cli.summarising import summarise_issues
from newsletter.delivery.schedule import Edition, edition_of
from newsletter.errors import UsageError
from newsletter.job import Assign
from newsletter.model import Issue
from newsletter.ports import Store
from newsletter.sources.collect import SourceChoice
from newsletter.stores.scratch_wish import ScratchWish
from subscribers.model import Subscriber

DRY_RUN_HELP = (
    "Write the mails to files; send and store nothing. "
    "With --source sample they are for readers of its own."
)
WAY_ON = "With real papers: newsletter send --dry-run      Your own settings: newsletter init"


def send(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=DRY_RUN_HELP)] = False,
    source: SourceOption = SourceChoice.AUTO,
    on: OnOption = None,
    only: OnlyOption = None,
    limit: LimitOption = None,
    out: OutOption = Path("out"),
    spread: SpreadOption = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Read an announcement, choose papers for every reader, and send each their digest, once.

    Sending again sends what is left; nobody gets an issue twice. Weekly readers get theirs on
    their day. A dry run shows everything and changes nothing. Ctrl-C and SIGTERM are safe: what
    is in flight is finished and recorded.

    \b
    Examples:
      newsletter send --dry-run --source sample
      newsletter send --on 2026-11-20 --only reader@example.org
    """
    program = app_of(ctx)
    with _store(program, source, on, is_dry=dry_run, only=only) as store:
        if dry_run:
            lend_readers(program, store, source)
        day = announcement_day(program, source, on)
        readers = active_readers(store.subscribers, only=only)
        if not _is_complete(program, store, day, source):
            fetch_day(program, store, day, choice=source)
        catch_up_and_tell(store, program.clock, is_told=not dry_run)
        assign = _everyone(day) if only else _those_of(day)
        issues = program.job(store).plan_editions(readers, assign)
        meant = _ids(issues, readers, only)
        if dry_run:
            code = show_dry_run(
                program, store, issues, readers, out=out, limit=limit, only=meant, json=json
            )
            _tell_the_way_on(source, json=json)
        elif not issues:
            code = _nothing_to_send(store, day, json=json)
        else:
            wish = Wish(only=meant, limit=limit, may_spread=spread)
            may_send(store.ledger, issues, wish, yes=yes)
            summarise_issues(program, store, issues, readers, with_house=only is None)
            code = deliver_issues(program, store, issues, wish, json=json)
    raise typer.Exit(code)


def _store(
    program: App, source: SourceChoice, on: datetime | None, *, is_dry: bool, only: str | None
) -> Store:
    """Open what the command works on; a dry run has a copy that is thrown away.

    The sample brings its own readers, so that it shows the same whoever is subscribed here.
    """
    if source is SourceChoice.SAMPLE and only is None:
        if is_dry:
            return program.open_empty_store()
        _refuse_to_mail_the_sample(program)
    if not is_dry:
        return program.open_store()
    wish = ScratchWish(only=only, until=on.date() if on else None)
    return program.open_copy(wish, tell=note)


def _refuse_to_mail_the_sample(program: App) -> None:
    if program.settings.mailer.kind != "maildir":
        raise UsageError(
            "the sample is invented and is not mailed to everybody: add --dry-run, or --only for "
            'one mail to try the mailer with, or set mailer.kind to "maildir"'
        )


def _is_complete(program: App, store: Store, day: date, source: SourceChoice) -> bool:
    return program.job(store).is_complete(day, program.categories(store, source))


def _those_of(day: date) -> Assign:
    """Give the day's edition to those whose cadence includes the day."""

    def assign(reader: Subscriber) -> Edition | None:
        return edition_of(day, reader.cadence) if reader.cadence.includes(day) else None

    return assign


def _everyone(day: date) -> Assign:
    return lambda reader: edition_of(day, reader.cadence)


def _tell_the_way_on(source: SourceChoice, *, json: bool) -> None:
    if source is SourceChoice.SAMPLE and not json:
        note(WAY_ON)


def _ids(issues: Sequence[Issue], readers: Readers, only: str | None) -> frozenset[str] | None:
    """Return the deliveries of the one reader who is meant; None for everybody."""
    return None if only is None else deliveries_of(issues, readers)


def _nothing_to_send(store: Store, day: date, *, json: bool) -> int:
    has_papers = bool(store.papers.papers_between(day, day))
    if json:
        print_json({"issues": [], "announced_on": day, "has_papers": has_papers})
    elif has_papers:
        note(f"{day}: no reader gets a digest; add one with `newsletter subscriber add`.")
    else:
        note(f"{day}: arXiv announced nothing; there is nothing to send.")
    return 0
