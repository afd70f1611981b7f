"""Which issue a command is about."""

from typing import Annotated

import typer

from newsletter.errors import UsageError
from newsletter.model import Issue
from newsletter.ports import Ledger

IssueArgument = Annotated[
    str | None, typer.Argument(help="An issue; the newest by default.", metavar="[ISSUE]")
]
NamedIssue = Annotated[str, typer.Argument(help="The issue.", metavar="ISSUE")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def find_issue(ledger: Ledger, issue_id: str | None) -> Issue | None:
    """Return the issue of this id, or the newest there is.

    Raises:
        UsageError: there is no issue of this id.
    """
    if issue_id is None:
        return ledger.latest_issue()
    issue = ledger.issue(issue_id)
    if issue is None:
        raise UsageError(f"there is no issue {issue_id}; `newsletter status` shows the newest")
    return issue


def the_issue(ledger: Ledger, issue_id: str | None) -> Issue:
    """Return the issue of this id, or the newest; raise ``UsageError`` when there is none."""
    issue = find_issue(ledger, issue_id)
    if issue is None:
        raise UsageError("no issue was planned yet: `newsletter send` plans and sends one")
    return issue
