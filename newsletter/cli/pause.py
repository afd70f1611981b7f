"""``newsletter pause``: hold issues back."""

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssuesArgument, issues_in
from newsletter.cli.options import Json
from newsletter.cli.output import counted, note, print_json
from newsletter.errors import UsageError
from newsletter.model import DeliveryState, Issue, IssueState
from newsletter.ports import Ledger


def pause(ctx: typer.Context, issue: IssuesArgument = None, json: Json = False) -> None:
    """Hold an issue back, or all that are open: nothing more is sent, by anybody, until `resume`.

    A run that is sending it now finishes the mails in its hands and stops. What is planned stays
    planned; what is not sent by its deadline goes into the readers' next digest instead.

    \b
    Examples:
      newsletter pause
      newsletter pause 2026-11-20-daily --json
    """
    with app_of(ctx).open_store() as store:
        chosen = issues_in(store.ledger, (IssueState.OPEN,), issue)
        for each in chosen:
            _check(each)
        held = {each.id: _pause(store.ledger, each) for each in chosen}
    if json:
        state = IssueState.PAUSED.value
        rows = [{"issue": name, "state": state, "held": number} for name, number in held.items()]
        print_json({"issues": rows})
        return
    for name, number in held.items():
        left = counted(number, "mail", "mails")
        note(f"{name} is paused with {left} to send: `newsletter resume {name}`")


def _pause(ledger: Ledger, issue: Issue) -> int:
    ledger.set_issue_state(issue.id, IssueState.PAUSED)
    return count_unsent(ledger, issue)


def count_unsent(ledger: Ledger, issue: Issue) -> int:
    """Count the mails of an issue that nobody has begun to send."""
    counts = ledger.count_by_state(issue.id)
    return counts.get(DeliveryState.PLANNED, 0) + counts.get(DeliveryState.PARKED, 0)


def _check(issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled: nothing more of it is sent anyway")
    if issue.state is IssueState.DONE:
        raise UsageError(
            f"{issue.id} is finished: nothing is left to hold back; `newsletter cancel {issue.id}` "
            "keeps it from readers whose hour is yet to come"
        )
