"""``newsletter resume``: go on with an issue that is paused or parked."""

from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssueArgument, Yes, the_issue
from newsletter.cli.options import Json, LimitOption, SpreadOption
from newsletter.cli.output import note, print_json
from newsletter.cli.pause import count_unsent
from newsletter.cli.sending import Wish, deliver_issues, may_send
from newsletter.errors import UsageError
from newsletter.model import Issue, IssueState
from newsletter.ports import Ledger


def resume(
    ctx: typer.Context,
    issue: IssueArgument = None,
    later: Annotated[
        bool, typer.Option("--later", help="Send nothing now: the next run goes on.")
    ] = False,
    limit: LimitOption = None,
    spread: SpreadOption = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Go on with an issue that is paused or parked: send what is left of it now.

    What the provider's quota had parked is tried at once, whatever time it was parked for.

    \b
    Examples:
      newsletter resume
      newsletter resume 2026-11-20-daily --later
    """
    program = app_of(ctx)
    with program.open_store() as store:
        chosen = the_issue(store.ledger, issue)
        _open(store.ledger, chosen)
        left = count_unsent(store.ledger, chosen)
        if later:
            code = _tell(chosen, left, json=json)
        else:
            wish = Wish(limit=limit, may_spread=spread)
            may_send(store.ledger, [chosen], wish, yes=yes)
            code = deliver_issues(program, store, [chosen], wish, json=json)
    raise typer.Exit(code)


def _open(ledger: Ledger, issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled, and stays so: nothing more of it can be sent")
    if issue.state is IssueState.PAUSED:
        ledger.set_issue_state(issue.id, IssueState.OPEN)
    ledger.release(issue.id)


def _tell(issue: Issue, left: int, *, json: bool) -> int:
    if json:
        print_json({"issue": issue.id, "state": IssueState.OPEN.value, "left": left})
    else:
        note(f"{issue.id} is open again with {left} mails to send.")
    return 0
