"""``newsletter cancel``: send no more of an issue, for good."""

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssuesArgument, Yes, issues_in
from newsletter.cli.options import Json
from newsletter.cli.output import confirm, counted, note, print_json
from newsletter.cli.pause import count_unsent
from newsletter.errors import UsageError
from newsletter.model import Issue, IssueState
from newsletter.ports import Ledger


def cancel(
    ctx: typer.Context, issue: IssuesArgument = None, yes: Yes = False, json: Json = False
) -> None:
    """Send no more of an issue, for good; what was sent stays sent.

    What is planned is skipped with the reason cancelled. Its papers do not count as shown.
    It must be named when more than one is open or paused.

    \b
    Examples:
      newsletter cancel 2026-11-20-daily
      newsletter cancel 2026-11-20-daily --yes --json
    """
    with app_of(ctx).open_store() as store:
        chosen = _chosen(store.ledger, issue)
        _check(chosen)
        unsent = count_unsent(store.ledger, chosen)
        left = counted(unsent, "mail that is", "mails that are")
        confirm(f"Never send the {left} left of {chosen.id}?", yes=yes)
        skipped = store.ledger.cancel(chosen.id)
    if json:
        print_json({"issue": chosen.id, "state": IssueState.CANCELLED.value, "skipped": skipped})
    else:
        note(f"{chosen.id} is cancelled; {counted(skipped, 'mail is', 'mails are')} skipped.")


def _chosen(ledger: Ledger, issue_id: str | None) -> Issue:
    found = issues_in(ledger, (IssueState.OPEN, IssueState.PAUSED), issue_id)
    if len(found) > 1:
        names = ", ".join(issue.id for issue in found)
        raise UsageError(f"say which issue is to be cancelled: {names}")
    return found[0]


def _check(issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled already")
