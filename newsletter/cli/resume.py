"""``newsletter resume``: go on with issues that are paused or parked."""

from collections.abc import Sequence
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssuesArgument, Yes, issues_in
from newsletter.cli.options import Json, LimitOption, SpreadOption
from newsletter.cli.output import counted, note, print_json
from newsletter.cli.pause import count_unsent
from newsletter.cli.sending import Wish, deliver_issues, may_send
from newsletter.errors import UsageError
from newsletter.model import Issue, IssueState
from newsletter.ports import Ledger


def resume(
    ctx: typer.Context,
    issue: IssuesArgument = None,
    later: Annotated[
        bool, typer.Option("--later", help="Send nothing now: the next run goes on.")
    ] = False,
    limit: LimitOption = None,
    spread: SpreadOption = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Go on with an issue that is paused or parked: send what is left of it now.

    Without one it goes on with all that are paused; if none is, with all that are open. What the
    provider's quota had parked is tried at once, whatever time it was parked for.

    \b
    Examples:
      newsletter resume
      newsletter resume 2026-11-20-daily --later
    """
    program = app_of(ctx)
    with program.open_store() as store:
        chosen = _chosen(store.ledger, issue)
        for each in chosen:
            _open(store.ledger, each)
        if later:
            code = _tell(store.ledger, chosen, json=json)
        else:
            wish = Wish(limit=limit, may_spread=spread)
            may_send(store.ledger, chosen, wish, yes=yes)
            code = deliver_issues(program, store, chosen, wish, json=json)
    raise typer.Exit(code)


def _chosen(ledger: Ledger, issue_id: str | None) -> Sequence[Issue]:
    """Return the issue that is named, else those that are held back, else all that are open."""
    held = (IssueState.PAUSED, IssueState.OPEN)
    found = issues_in(ledger, held, issue_id)
    paused = [issue for issue in found if issue.state is IssueState.PAUSED]
    return paused if issue_id is None and paused else found


def _open(ledger: Ledger, issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled, and stays so: nothing more of it can be sent")
    if issue.state is IssueState.PAUSED:
        ledger.set_issue_state(issue.id, IssueState.OPEN)
    ledger.release(issue.id)


def _tell(ledger: Ledger, issues: Sequence[Issue], *, json: bool) -> int:
    left = {issue.id: count_unsent(ledger, issue) for issue in issues}
    if json:
        state = IssueState.OPEN.value
        rows = [{"issue": name, "state": state, "left": number} for name, number in left.items()]
        print_json({"issues": rows})
        return 0
    for name, number in left.items():
        note(f"{name} is open again with {counted(number, 'mail', 'mails')} to send.")
    return 0
