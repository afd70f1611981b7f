"""``newsletter run``: whatever is due now; made for an hourly cron job or timer."""

from datetime import date, datetime, timedelta

import typer

from newsletter.bootstrap import App
from newsletter.cli.fetch import WHOLE, fetch_day, show_batches
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import fail, note, print_json
from newsletter.cli.readers import active_readers
from newsletter.cli.readers_office import serve_readers
from newsletter.cli.send_report import catch_up_and_tell
from newsletter.cli.sending import deliver_issues
from newsletter.cli.summarising import summarise_issues
from newsletter.delivery.schedule import Edition, edition_due
from newsletter.errors import SourceError
from newsletter.job import Assign
from newsletter.model import Batch
from newsletter.ports import Store
from newsletter.sources.collect import SourceChoice
from subscribers.model import Subscriber

PATIENCE = timedelta(hours=6)
"""How long after an announcement an incomplete one is asked for again before it is sent."""


def run(ctx: typer.Context, json: Json = False) -> None:
    """Fetch and send whatever is due now, and nothing else; run it every hour.

    Readers get their digest at their own hour. An announcement that is not complete is asked
    for again for six hours; then it is sent, and the digests say what is missing. What an
    earlier run left unsent is gone on with. Pauses that are over end, and mails that readers
    wait for go out.

    \b
    Examples:
      newsletter run
      newsletter --config /etc/newsletter.toml run --json
    """
    program = app_of(ctx)
    now = program.clock()
    day = program.calendar.current_day(now)
    with program.open_store() as store:
        unserved = serve_readers(program, store)
        is_ready, unread = _look(program, store, day, now=now, json=json)
        catch_up_and_tell(store, program.clock)
        assign = _due(program, now, waiting_for=None if is_ready else day)
        readers = active_readers(store.subscribers)
        program.job(store).plan_editions(readers, assign)
        issues = store.ledger.unfinished_issues()
        if issues:
            summarise_issues(program, store, issues, readers)
            code = deliver_issues(program, store, issues, json=json)
        else:
            code = unread or _nothing_due(json=json)
    raise typer.Exit(max(code, unread, unserved))


def _look(program: App, store: Store, day: date, *, now: datetime, json: bool) -> tuple[bool, int]:
    """Tell whether the day may be sent, and the exit code if it cannot even be read.

    What an earlier run left unsent is not held back by that.
    """
    try:
        return _is_ready(program, store, day, now=now, json=json), 0
    except SourceError as error:
        return False, fail(error)


def _is_ready(program: App, store: Store, day: date, *, now: datetime, json: bool) -> bool:
    """Fetch the day unless it is complete; tell whether it may be sent."""
    if program.job(store).is_complete(day, program.categories(store, SourceChoice.AUTO)):
        return True
    batches: tuple[Batch, ...] = fetch_day(program, store, day, choice=SourceChoice.AUTO)
    if not json:
        show_batches(batches, json=False)
    is_complete = all(batch.state in WHOLE for batch in batches)
    return is_complete or now - program.calendar.available_at(day) >= PATIENCE


def _due(program: App, now: datetime, *, waiting_for: date | None) -> Assign:
    def assign(reader: Subscriber) -> Edition | None:
        edition = edition_due(reader, now, current_day=program.calendar.current_day)
        return None if edition is None or edition.last_on == waiting_for else edition

    return assign


def _nothing_due(*, json: bool) -> int:
    if json:
        print_json({"issues": []})
    else:
        note("Nothing is due.")
    return 0
