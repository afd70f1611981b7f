"""Which issue a command is about."""

from collections.abc import Collection
from typing import Annotated

import typer

from newsletter.errors import UsageError
from newsletter.model import Issue, IssueState
from newsletter.ports import Ledger

IssueArgument = Annotated[
    str | None, typer.Argument(help="An issue; the newest by default.", metavar="[ISSUE]")
]
IssuesArgument = Annotated[
    str | None, typer.Argument(help="An issue; by default all that are meant.", metavar="[ISSUE]")
]
NamedIssue = Annotated[str, typer.Argument(help="The issue.", metavar="ISSUE")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_NONE = "no issue was planned yet: `newsletter send` plans and sends one"


def the_issue(ledger: Ledger, issue_id: str | None) -> Issue:
    """Return the issue of this id, or the newest; raise ``UsageError`` when there is none."""
    issue = ledger.latest_issue() if issue_id is None else ledger.issue(issue_id)
    if issue is None and issue_id is None:
        raise UsageError(_NONE)
    if issue is None:
        raise UsageError(f"there is no issue {issue_id}; `newsletter status` shows the newest")
    return issue


def issues_in(
    ledger: Ledger, states: Collection[IssueState], issue_id: str | None
) -> tuple[Issue, ...]:
    """Return the issue of this id, or all current ones in these states, oldest first.

    Raises:
        UsageError: there is none.
    """
    if issue_id is not None:
        return (the_issue(ledger, issue_id),)
    current = ledger.current_issues()
    found = tuple(issue for issue in current if issue.state in states)
    if not current:
        raise UsageError(_NONE)
    if not found:
        told = ", ".join(f"{issue.id} is {issue.state.value}" for issue in current)
        raise UsageError(f"no issue is {' or '.join(states)}: {told}")
    return found
