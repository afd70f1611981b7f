"""``newsletter pause``: hold an issue back."""

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssueArgument, the_issue
from newsletter.cli.options import Json
from newsletter.cli.output import note, print_json
from newsletter.errors import UsageError
from newsletter.model import DeliveryState, Issue, IssueState
from newsletter.ports import Ledger


def pause(ctx: typer.Context, issue: IssueArgument = None, json: Json = False) -> None:
    """Hold an issue back: nothing more of it is sent, by anybody, until `resume`.

    A run that is sending it now finishes the mails in its hands and stops. What is planned stays
    planned; what is not sent by its deadline goes into the readers' next digest instead.

    \b
    Examples:
      newsletter pause
      newsletter pause 2026-11-20-daily --json
    """
    with app_of(ctx).open_store() as store:
        chosen = the_issue(store.ledger, issue)
        _check(chosen)
        store.ledger.set_issue_state(chosen.id, IssueState.PAUSED)
        held = count_unsent(store.ledger, chosen)
    if json:
        print_json({"issue": chosen.id, "state": IssueState.PAUSED.value, "held": held})
    else:
        note(f"{chosen.id} is paused with {held} mails to send: `newsletter resume {chosen.id}`")


def count_unsent(ledger: Ledger, issue: Issue) -> int:
    """Count the mails of an issue that nobody has begun to send."""
    counts = ledger.count_by_state(issue.id)
    return counts.get(DeliveryState.PLANNED, 0) + counts.get(DeliveryState.PARKED, 0)


def _check(issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled: nothing more of it is sent anyway")
