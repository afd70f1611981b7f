"""Send planned issues from a terminal: ask, show progress, stop cleanly, say what came of it."""

import sys
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import typer

from newsletter.bootstrap import App
from newsletter.cli.output import counted
from newsletter.cli.send_progress import sending_progress
from newsletter.cli.send_report import show_reports
from newsletter.cli.stopping import stopping
from newsletter.delivery.deliver import deliver
from newsletter.delivery.report import DeliveryReport
from newsletter.model import Claim, DeliveryState, Envelope, Issue
from newsletter.ports import Ledger, Mailer, SendPace, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator wants sent.

    Attributes:
        only: ids of deliveries; None for all that are planned.
        limit: how many mails of all issues at most; None for all.
        may_spread: send what the quota allows when it is too small for all.
    """

    only: Collection[str] | None = None
    limit: int | None = None
    may_spread: bool = False

    def count(self, ledger: Ledger, issue: Issue) -> int:
        """Count the mails of an issue that are planned and meant."""
        if self.only is None:
            planned = ledger.count_by_state(issue.id).get(DeliveryState.PLANNED, 0)
        else:
            found = ledger.deliveries(issue.id, state=DeliveryState.PLANNED)
            planned = sum(each.id in self.only for each in found)
        return self._within_limit(planned)

    def count_all(self, ledger: Ledger, issues: Sequence[Issue]) -> int:
        """Count the mails of all these issues that are planned and meant."""
        return self._within_limit(sum(self.count(ledger, issue) for issue in issues))

    def after(self, report: DeliveryReport) -> "Wish":
        """Return what is wanted of the further issues."""
        if self.limit is None:
            return self
        return replace(self, limit=max(0, self.limit - report.dealt_with))

    def _within_limit(self, number: int) -> int:
        return number if self.limit is None else min(number, self.limit)


EVERYTHING = Wish()


def may_send(
    ledger: Ledger, issues: Sequence[Issue], wish: Wish = EVERYTHING, *, yes: bool
) -> None:
    """Ask the person at the terminal; scripts are taken at their word.

    Raises:
        typer.Abort: the answer is no.
    """
    number = wish.count_all(ledger, issues)
    if number and not yes and sys.stdin.isatty():
        names = ", ".join(issue.id for issue in issues)
        typer.confirm(f"Send {counted(number, 'mail', 'mails')} of {names}?", abort=True, err=True)


def deliver_issues(
    program: App,
    store: Store,
    issues: Sequence[Issue],
    wish: Wish = EVERYTHING,
    *,
    json: bool = False,
) -> int:
    """Send what is planned of these issues and say what became of it; return the exit code."""
    reports: dict[str, DeliveryReport] = {}
    with program.mailer() as mailer, program.pace() as pace, stopping() as stop:
        way = _Way(program=program, store=store, mailer=mailer, pace=pace, stop=stop)
        for issue in issues:
            if not stop.is_set():
                reports[issue.id] = _deliver(way, issue, wish)
                wish = wish.after(reports[issue.id])
    show_reports(reports, store.ledger, json=json)
    return max((report.exit_code for report in reports.values()), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What the mails of all issues go through."""

    program: App
    store: Store
    mailer: Mailer
    pace: SendPace
    stop: threading.Event


def _deliver(way: _Way, issue: Issue, wish: Wish) -> DeliveryReport:
    program, ledger = way.program, way.store.ledger
    composer = program.composer(way.store, issue)

    def compose(claim: Claim) -> Envelope:
        return composer.compose(claim.delivery, claim.subscriber).envelope

    total = wish.count(ledger, issue)
    with sending_progress(issue.id, way.mailer, total=total, clock=program.clock) as note:
        return deliver(
            issue.id,
            ledger=ledger,
            events=way.store.events,
            mailer=way.mailer,
            compose=compose,
            clock=program.clock,
            workers=program.settings.delivery.workers,
            lease_s=program.settings.delivery.lease_s,
            limit=wish.limit,
            only=wish.only,
            policy=program.send_policy(spread=wish.may_spread),
            pace=way.pace,
            on_progress=note,
            stop=way.stop,
        )
