"""``newsletter cancel``: send no more of an issue, for good."""

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import NamedIssue, Yes, the_issue
from newsletter.cli.options import Json
from newsletter.cli.output import confirm, note, print_json
from newsletter.cli.pause import count_unsent
from newsletter.errors import UsageError
from newsletter.model import Issue, IssueState


def cancel(ctx: typer.Context, issue: NamedIssue, yes: Yes = False, json: Json = False) -> None:
    """Send no more of an issue, for good; what was sent stays sent.

    What is planned is skipped with the reason cancelled. Its papers do not count as shown.

    \b
    Examples:
      newsletter cancel 2026-11-20-daily
      newsletter cancel 2026-11-20-daily --yes --json
    """
    with app_of(ctx).open_store() as store:
        chosen = the_issue(store.ledger, issue)
        _check(chosen)
        unsent = count_unsent(store.ledger, chosen)
        confirm(f"Never send the {unsent} mails of {chosen.id} that are left?", yes=yes)
        skipped = store.ledger.cancel(chosen.id)
    if json:
        print_json({"issue": chosen.id, "state": IssueState.CANCELLED.value, "skipped": skipped})
    else:
        note(f"{chosen.id} is cancelled; {skipped} mails are skipped.")


def _check(issue: Issue) -> None:
    if issue.state is IssueState.CANCELLED:
        raise UsageError(f"{issue.id} is cancelled already")
