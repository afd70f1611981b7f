"""``newsletter status``: what was announced, what was sent, and whether it adds up."""

import typer

from newsletter.cli.fetch import show_rows
from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssuesArgument, the_issue
from newsletter.cli.options import Json
from newsletter.cli.output import PARTIAL, counted, note, print_json, print_table
from newsletter.cli.status_facts import IssueFacts, Status, status_facts
from newsletter.cli.status_summaries import summary_lines, summary_status

WRONG = 1
"""Exit code: the accounts do not add up."""


def status(ctx: typer.Context, issue: IssuesArgument = None, json: Json = False) -> None:
    """Show the last announcement, and what became of the mails of its issues or of one.

    Without one it shows all issues of the newest day, and older ones that are open or paused.

    Exit code 0 says that nothing is left to do, 3 that mails are still to be sent. 1 says that
    the numbers do not add up: mails are lost, or were begun by a sender that died.

    \b
    Examples:
      newsletter status
      newsletter status 2026-11-20-daily --json
    """
    program = app_of(ctx)
    with program.open_store() as store:
        ledger = store.ledger
        issues = ledger.current_issues() if issue is None else (the_issue(ledger, issue),)
        facts = status_facts(store, issues, program.clock())
        told, lines = summary_status(store.summaries), summary_lines(store.summaries)
    if json:
        print_json({**facts, "summaries": told})
    else:
        _show(facts)
        for line in lines:
            note(line)
    if not facts["adds_up"]:
        raise typer.Exit(WRONG)
    if not facts["finished"]:
        raise typer.Exit(PARTIAL)


def _show(facts: Status) -> None:
    readers = ", ".join(f"{number} {state}" for state, number in facts["readers"].items())
    typer.echo(f"Readers: {readers or 'none'}")
    if facts["batches"]:
        show_rows(facts["batches"])
    if not facts["issues"]:
        note("No issue was planned yet: `newsletter send --dry-run` shows what one would be.")
    for each in facts["issues"]:
        _show_issue(each)


def _show_issue(facts: IssueFacts) -> None:
    typer.echo(
        f"Issue {facts['issue']} ({facts['state']}): "
        f"{counted(facts['announced'], 'paper', 'papers')}, "
        f"{counted(facts['candidates'], 'reader', 'readers')}"
    )
    print_table(("state", "mails"), (facts["ended"] | facts["unfinished"]).items())
    for line in _advice(facts):
        note(line)


def _advice(facts: IssueFacts) -> list[str]:
    """Say what is to be done, the worst first."""
    lines, left = [], sum(facts["unfinished"].values())
    if facts["lost"]:
        lines.append(
            f"{counted(facts['lost'], 'planned mail is', 'planned mails are')} missing in the "
            "database: it was damaged or changed by hand; restore a backup."
        )
    if facts["stuck"]:
        stuck = counted(facts["stuck"], "mail was", "mails were")
        lines.append(f"{stuck} begun by a sender that died: `newsletter run`.")
    if left and facts["state"] == "paused":
        why = f" ({facts['reason']})" if facts["reason"] else ""
        to_send = counted(left, "mail", "mails")
        lines.append(f"Paused{why} with {to_send} to send: `newsletter resume {facts['issue']}`.")
    elif left:
        until = facts["parked_until"]
        when = f" It is parked until {until:%Y-%m-%d %H:%M} UTC." if until else ""
        open_ = counted(left, "mail is", "mails are")
        why = f" Of one the ledger says: {facts['why_left']}" if facts["why_left"] else ""
        lines.append(f"{open_} not finished: the next `newsletter run` goes on.{when}{why}")
    if facts["ended"].get("unknown"):
        lines.append(
            f"{counted(facts['ended']['unknown'], 'mail', 'mails')} may have arrived or not: "
            f"`newsletter deliveries {facts['issue']} --state unknown`."
        )
    return lines
