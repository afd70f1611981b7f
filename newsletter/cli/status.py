"""``newsletter status``: what was announced, what was sent, and whether it adds up."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, TypedDict

import typer

from newsletter.cli.fetch import COLUMNS as BATCH_COLUMNS
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import note, print_json, print_table
from newsletter.delivery.accounting import account
from newsletter.errors import UsageError
from newsletter.model import DeliveryState, Issue
from newsletter.render.export import batch_facts
from newsletter.stores.sqlite.store import SqliteStore


class Status(TypedDict):
    """What ``status`` prints as JSON; ``ended`` and ``unfinished`` count mails by state."""

    readers: dict[str, int]
    batches: list[Mapping[str, object]]
    issue: str | None
    announced: int | None
    missing_categories: list[str]
    candidates: int
    ended: dict[str, int]
    unfinished: dict[str, int]
    adds_up: bool


def status(
    ctx: typer.Context,
    issue: Annotated[
        str | None, typer.Argument(help="An issue; the newest by default.", metavar="[ISSUE]")
    ] = None,
    json: Json = False,
) -> None:
    """Show the last announcement and what became of an issue's mails.

    Exit code 1 says that deliveries of the issue are not finished: the numbers do not add up.

    \b
    Examples:
      newsletter status
      newsletter status 2026-11-20-daily --json
    """
    with app_of(ctx).open_store() as store:
        chosen = _issue(store, issue)
        batches = _batches(store)
        readers = Counter(each.state.value for each in store.subscribers.list_by_state())
        accounting = account(store.ledger.count_by_state(chosen.id)) if chosen else None
    facts: Status = {
        "readers": dict(sorted(readers.items())),
        "batches": batches,
        "issue": chosen.id if chosen else None,
        "announced": chosen.announced if chosen else None,
        "missing_categories": list(chosen.missing_categories) if chosen else [],
        "candidates": accounting.candidates if accounting else 0,
        "ended": _by_name(accounting.ended) if accounting else {},
        "unfinished": _by_name(accounting.unfinished) if accounting else {},
        "adds_up": accounting.adds_up if accounting else True,
    }
    if json:
        print_json(facts)
    else:
        _show(facts)
    if not facts["adds_up"]:
        raise typer.Exit(1)


def _issue(store: SqliteStore, issue_id: str | None) -> Issue | None:
    if issue_id is None:
        return store.ledger.latest_issue()
    issue = store.ledger.issue(issue_id)
    if issue is None:
        raise UsageError(f"there is no issue {issue_id}; `newsletter status` shows the newest")
    return issue


def _batches(store: SqliteStore) -> list[Mapping[str, object]]:
    day = store.papers.last_issue_day()
    return [batch_facts(each) for each in store.papers.batches_between(day, day)] if day else []


def _by_name(counts: Mapping[DeliveryState, int]) -> dict[str, int]:
    return {state.value: number for state, number in sorted(counts.items())}


def _show(facts: Status) -> None:
    readers = ", ".join(f"{number} {state}" for state, number in facts["readers"].items())
    typer.echo(f"Readers: {readers or 'none'}")
    if facts["batches"]:
        print_table(
            BATCH_COLUMNS, ([each[name] for name in BATCH_COLUMNS] for each in facts["batches"])
        )
    if facts["issue"] is None:
        note("No issue was planned yet: `newsletter send --dry-run` shows what one would be.")
        return
    typer.echo(
        f"Issue {facts['issue']}: {facts['announced']} papers, {facts['candidates']} readers"
    )
    print_table(("state", "mails"), (facts["ended"] | facts["unfinished"]).items())
    if not facts["adds_up"]:
        left = sum(facts["unfinished"].values())
        note(f"{left} mails are not finished: run `newsletter send` again.")
