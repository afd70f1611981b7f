"""``newsletter deliveries``: what became of each mail of an issue."""

import csv
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.issues import IssueArgument, the_issue
from newsletter.cli.options import Json
from newsletter.cli.output import print_json_list, print_table
from newsletter.errors import UsageError
from newsletter.log import mask_personal
from newsletter.model import Delivery, DeliveryState
from newsletter.ports import Store
from subscribers.transfer.table import FORMULA_STARTS

COLUMNS = ("delivery", "state", "attempt", "papers", "lease_until", "provider_id", "reason")
ADDRESS = "address"


def deliveries(
    ctx: typer.Context,
    issue: IssueArgument = None,
    state: Annotated[
        DeliveryState | None, typer.Option(help="Only those in this state.", case_sensitive=False)
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Json = False,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Show the readers' addresses as well.")
    ] = False,
) -> None:
    """List an issue's mails and what became of each, without the readers' addresses.

    The column delivery is what stands in a mail's header X-Newsletter-Delivery.

    \b
    Examples:
      newsletter deliveries --state unknown
      newsletter deliveries 2026-11-20-daily --state rejected --csv --addresses
    """
    if as_csv and json:
        raise UsageError("--csv and --json: choose one of them")
    with app_of(ctx).open_store() as store:
        chosen = the_issue(store.ledger, issue)
        rows = _rows(store, store.ledger.deliveries(chosen.id, state=state), addresses=addresses)
        columns = (ADDRESS, *COLUMNS) if addresses else COLUMNS
        if json:
            print_json_list(rows)
        elif as_csv:
            _print_csv(columns, rows)
        else:
            print_table(columns, (tuple(row.values()) for row in rows))


def _rows(
    store: Store, found: Iterator[Delivery], *, addresses: bool
) -> Iterator[dict[str, object]]:
    for delivery in found:
        row = _row(delivery, may_name=addresses)
        yield {ADDRESS: _address(store, delivery), **row} if addresses else row


def _row(delivery: Delivery, *, may_name: bool) -> dict[str, object]:
    # Providers like to name the recipient when they say what is wrong.
    said = {"reason": delivery.reason}
    return {
        "delivery": delivery.id,
        "state": delivery.state.value,
        "attempt": delivery.attempt,
        "papers": len(delivery.picks),
        "lease_until": delivery.lease_until,
        "provider_id": delivery.provider_id,
        "reason": delivery.reason if may_name else mask_personal(None, "", said)["reason"],
    }


def _address(store: Store, delivery: Delivery) -> str | None:
    reader = store.subscribers.get(delivery.subscriber_id)
    return reader.address if reader else None


def _print_csv(columns: tuple[str, ...], rows: Iterator[dict[str, object]]) -> None:
    """Print RFC 4180 lines; what a spreadsheet would take for a formula gets a ``'`` in front."""
    written = csv.writer(sys.stdout, lineterminator="\r\n")
    written.writerow(columns)
    for row in rows:
        written.writerow([_guarded(row[name]) for name in columns])


def _guarded(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
