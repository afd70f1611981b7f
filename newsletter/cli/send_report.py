"""What came of sending, as the commands show it."""

from collections.abc import Mapping

from newsletter.cli.output import counted, note, print_json, print_table
from newsletter.delivery.recovery import catch_up
from newsletter.delivery.report import DeliveryReport
from newsletter.log import mask_personal
from newsletter.model import IssueState
from newsletter.ports import Clock, Ledger, Store

COLUMNS = ("issue", "sent", "skipped", "rejected", "unknown", "left", "parked")


def show_reports(reports: Mapping[str, DeliveryReport], ledger: Ledger, *, json: bool) -> None:
    """Print what this run did with each issue; tell on standard error what is to be done."""
    facts = [
        {"issue": name} | {column: getattr(report, column) for column in COLUMNS[1:]}
        for name, report in reports.items()
    ]
    if json:
        print_json({"issues": facts})
    else:
        print_table(COLUMNS, (tuple(each.values()) for each in facts))
    for name, report in reports.items():
        for line in _advice(name, report, ledger):
            note(line)


def catch_up_and_tell(store: Store, clock: Clock, *, is_told: bool = True) -> None:
    """Bring the ledger up to date before anything is planned; tell of senders that died."""
    expired = catch_up(ledger=store.ledger, events=store.events, clock=clock)
    if expired and is_told:
        begun = counted(expired, "mail that it had begun counts", "mails that it had begun count")
        note(f"A sender died: {begun} as unknown now.")


def _advice(issue_id: str, report: DeliveryReport, ledger: Ledger) -> list[str]:
    lines = [f"newsletter: {report.stopped_by}"] if report.stopped_by is not None else []
    if report.left:
        lines.append(_about_left(issue_id, report, ledger))
    if report.parked:
        until = f" until {report.parked_until:%Y-%m-%d %H:%M} UTC" if report.parked_until else ""
        parked = counted(report.parked, "mail is", "mails are")
        lines.append(f"{parked} parked{until}; the first run after that goes on.")
    if report.unknown:
        lines.append(
            f"{counted(report.unknown, 'mail', 'mails')} may have been accepted and will not be "
            f"sent again blindly: `newsletter deliveries {issue_id} --state unknown`"
        )
    return lines


def _about_left(issue_id: str, report: DeliveryReport, ledger: Ledger) -> str:
    progress = ledger.progress(issue_id)
    if progress is not None and progress.state is IssueState.PAUSED:
        why = f" ({progress.reason})" if progress.reason else ""
        return (
            f"{issue_id} is paused{why} with {counted(report.left, 'mail', 'mails')} left: "
            f"`newsletter resume {issue_id}` goes on."
        )
    stopped = "Stopped as asked; " if report.was_interrupted else ""
    left = counted(report.left, "mail is", "mails are")
    way_on = f"{stopped}{left} left: run `newsletter send` again to go on."
    if report.why_left is None or report.stopped_by is not None:
        return way_on
    return f"{way_on} {_why(report.why_left)}"


def _why(reason: str) -> str:
    # Providers like to name the recipient when they say what is wrong.
    return f"Why not now: {mask_personal(None, '', {'reason': reason})['reason']}"
