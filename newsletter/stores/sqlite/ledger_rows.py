"""Issues and deliveries as rows."""

import sqlite3
from datetime import date
from typing import Any

from newsletter.model import Delivery, DeliveryState, Issue, IssueProgress, IssueState
from newsletter.stores.sqlite.codec import (
    DECODE_ERRORS,
    decode_batches,
    decode_picks,
    encode_batches,
    encode_picks,
    from_instant,
    from_instant_or_none,
    to_instant,
)
from newsletter.stores.sqlite.connection import SqliteFile
from newsletter.stores.sqlite.faults import damaged


def issue_to_row(issue: Issue) -> dict[str, Any]:
    """Write an issue as columns."""
    return {
        "id": issue.id,
        "first_on": issue.first_on.isoformat(),
        "last_on": issue.last_on.isoformat(),
        "announced": issue.announced,
        "batches": encode_batches(issue.batches),
        "state": issue.state.value,
        "created_at": to_instant(issue.created_at),
    }


def issue_from_row(row: sqlite3.Row, file: SqliteFile) -> Issue:
    """Read an issue; raise ``StoreError`` when the row is damaged."""
    try:
        return Issue(
            id=row["id"],
            first_on=date.fromisoformat(row["first_on"]),
            last_on=date.fromisoformat(row["last_on"]),
            announced=row["announced"],
            batches=decode_batches(row["batches"]),
            state=IssueState(row["state"]),
            created_at=from_instant(row["created_at"]),
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, f"the issue {row['id']}", error) from error


def progress_from_row(row: sqlite3.Row, file: SqliteFile) -> IssueProgress:
    """Read where an issue stands; raise ``StoreError`` when the row is damaged."""
    try:
        return IssueProgress(
            state=IssueState(row["state"]),
            planned=row["planned"],
            parked_until=from_instant_or_none(row["parked_until"]),
            reason=row["reason"],
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, f"the issue {row['id']}", error) from error


def new_delivery_to_row(delivery: Delivery) -> tuple[str, str, str, str, int, str, str | None]:
    """Write what a new delivery has: id, issue, subscriber, picks, matched, state, reason."""
    return (
        delivery.id,
        delivery.issue_id,
        delivery.subscriber_id,
        encode_picks(delivery.picks),
        delivery.matched,
        delivery.state.value,
        delivery.reason,
    )


def delivery_from_row(row: sqlite3.Row, file: SqliteFile) -> Delivery:
    """Read a delivery; raise ``StoreError`` when the row is damaged."""
    try:
        return Delivery(
            id=row["id"],
            issue_id=row["issue_id"],
            subscriber_id=row["subscriber_id"],
            picks=decode_picks(row["picks"]),
            matched=row["matched"],
            state=DeliveryState(row["state"]),
            attempt=row["attempt"],
            lease_until=from_instant_or_none(row["lease_until"]),
            provider_id=row["provider_id"],
            reason=row["reason"],
            body_sha256=row["body_sha256"],
        )
    except DECODE_ERRORS as error:
        raise damaged(file.path, f"the delivery {row['id']}", error) from error
