"""``newsletter resend``: try again what may have arrived already."""

from typing import Annotated, Final

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import NamedIssue, Yes, the_issue
from newsletter.cli.options import Json
from newsletter.cli.output import confirm, counted, note, print_json
from newsletter.cli.sending import Wish, deliver_issues
from newsletter.delivery.recovery import catch_up
from newsletter.errors import UsageError
from newsletter.model import DeliveryState, Issue, IssueState
from newsletter.ports import Clock, Store

MAX_RESENDS: Final = 2
"""How often one mail may be tried again, by whomever: an unlucky reader gets at most three."""
REASON: Final = "an operator had it sent again"


def resend(
    ctx: typer.Context,
    issue: NamedIssue,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Those whose outcome is unknown; no others can be.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Send again the mails of an issue whose outcome is unknown. Some may arrive twice.

    Nobody knows of these whether they were accepted: the connection broke, or the sender died,
    before the answer came. Look into the mail server's log, or take in the provider's events,
    before you do this. Each can be sent again twice at most.

    \b
    Examples:
      newsletter deliveries 2026-11-20-daily --state unknown
      newsletter resend 2026-11-20-daily --unknown
    """
    if not unknown:
        raise UsageError("say what to send again: --unknown is all there is")
    program = app_of(ctx)
    with program.open_store() as store:
        chosen = the_issue(store.ledger, issue)
        _check(chosen)
        ids = _unknown(store, chosen, program.clock)
        if not ids:
            raise typer.Exit(_tell_none(chosen, json=json))
        confirm(
            f"{counted(len(ids), 'mail', 'mails')} of {chosen.id} may have been accepted already "
            "and would arrive twice. Send again?",
            yes=yes,
        )
        moved = store.ledger.reset_unknown(
            ids, at=program.clock(), reason=REASON, max_resends=MAX_RESENDS
        )
        if len(moved) < len(ids):
            note(f"{len(ids) - len(moved)} were sent again {MAX_RESENDS} times: not once more.")
        code = deliver_issues(program, store, [chosen], Wish(only=moved), json=json)
    raise typer.Exit(code)


def _check(issue: Issue) -> None:
    if issue.state in (IssueState.PAUSED, IssueState.CANCELLED):
        raise UsageError(f"{issue.id} is {issue.state.value}: nothing of it is sent")


def _unknown(store: Store, issue: Issue, clock: Clock) -> list[str]:
    """Return the ids of those whose outcome is unknown, also to the events that are here."""
    catch_up(ledger=store.ledger, events=store.events, clock=clock)
    return [each.id for each in store.ledger.deliveries(issue.id, state=DeliveryState.UNKNOWN)]


def _tell_none(issue: Issue, *, json: bool) -> int:
    if json:
        print_json({"issues": []})
    else:
        note(f"{issue.id}: the outcome of every mail is known.")
    return 0
