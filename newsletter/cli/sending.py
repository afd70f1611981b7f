"""Send planned issues from a terminal: ask, show progress, stop cleanly, say what came of it."""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import typer

from newsletter.bootstrap import App
from newsletter.cli.output import note, print_json, print_table
from newsletter.cli.progress import progress
from newsletter.delivery.deliver import deliver
from newsletter.delivery.report import DeliveryReport
from newsletter.model import Claim, DeliveryState, Envelope, Issue
from newsletter.ports import Ledger, Mailer
from newsletter.stores.sqlite.store import SqliteStore

COLUMNS = ("issue", "sent", "skipped", "rejected", "unknown", "left")


def may_send(ledger: Ledger, issues: Sequence[Issue], *, yes: bool, limit: int | None) -> None:
    """Ask the person at the terminal; scripts are taken at their word.

    Raises:
        typer.Abort: the answer is no.
    """
    planned = sum(ledger.count_by_state(issue.id).get(DeliveryState.PLANNED, 0) for issue in issues)
    number = min(planned, limit or planned)
    if number and not yes and sys.stdin.isatty():
        names = ", ".join(issue.id for issue in issues)
        typer.confirm(f"Send {number} mails of {names}?", abort=True, err=True)


def deliver_issues(
    program: App,
    store: SqliteStore,
    issues: Sequence[Issue],
    *,
    only: str | None = None,
    limit: int | None = None,
    json: bool = False,
) -> int:
    """Send what is planned of these issues and say what became of it; return the exit code."""
    reports: dict[str, DeliveryReport] = {}
    with program.mailer() as mailer, _stopping() as stop:
        for issue in issues:
            if not stop.is_set():
                reports[issue.id] = _deliver(program, store, issue, mailer, stop, limit=limit)
    _show(reports, json=json)
    return max((report.exit_code for report in reports.values()), default=0)


def _deliver(
    program: App,
    store: SqliteStore,
    issue: Issue,
    mailer: Mailer,
    stop: threading.Event,
    *,
    limit: int | None,
) -> DeliveryReport:
    planned = store.ledger.count_by_state(issue.id).get(DeliveryState.PLANNED, 0)
    composer = program.composer(store, issue)

    def compose(claim: Claim) -> Envelope:
        return composer.compose(claim.delivery, claim.subscriber).envelope

    with progress(f"Sending {issue.id}", total=planned) as advance:
        return deliver(
            issue.id,
            ledger=store.ledger,
            mailer=mailer,
            compose=compose,
            clock=program.clock,
            workers=program.settings.delivery.workers,
            lease_s=program.settings.delivery.lease_s,
            limit=limit,
            on_progress=lambda outcome: advance(outcome.state.value),
            stop=stop,
        )


def _show(reports: dict[str, DeliveryReport], *, json: bool) -> None:
    facts = [
        {"issue": name} | {column: getattr(report, column) for column in COLUMNS[1:]}
        for name, report in reports.items()
    ]
    if json:
        print_json({"issues": facts})
    else:
        print_table(COLUMNS, (tuple(each.values()) for each in facts))
    for report in reports.values():
        if report.stopped_by is not None:
            note(f"newsletter: {report.stopped_by}")
        if report.left:
            note(f"{report.left} mails are left: run `newsletter send` again to send them.")
        if report.unknown:
            note(f"{report.unknown} mails may have been accepted and are not sent again blindly.")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C or SIGTERM into a wish to stop; the second stops at once."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        note("Stopping: finishing what is in flight. Once more stops at once.")
        stop.set()

    before = {each: signal.signal(each, ask_to_stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
