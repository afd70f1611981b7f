"""Readers, issues and mails that SES accepted; events as SES writes them."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from newsletter.delivery.event_report import EventReport
from newsletter.delivery.events import apply_payloads
from newsletter.mailers.ses_events import read_events
from newsletter.model import DeliveryState, Receipt
from newsletter.stores.sqlite import SqliteStore
from tests.contract.stores.values import make_delivery
from tests.factories import DAY, NOW, make_issue, make_subscriber
from tests.servers.fake_ses import Accepted
from tests.servers.fake_ses_events import make_event

LATER = NOW + timedelta(days=20)
LEASE_UNTIL = NOW + timedelta(minutes=5)


def mail_of(number: int, *, issue: int = 0, hours: int = 0) -> Accepted:
    """Return the mail of an issue to a reader as SES has it; a later issue is a day later."""
    reader, issue_id = make_subscriber(number), issue_name(issue)
    delivery = make_delivery(number, issue=make_issue(id=issue_id))
    return Accepted(
        message_id=f"0100-{number}-{issue}",
        accepted_at=NOW + timedelta(days=issue, hours=hours),
        sender="digest@papers.example.org",
        recipients=(reader.address,),
        tags={"delivery_id": delivery.id, "issue": issue_id, "attempt": "1"},
        configuration_set="newsletter",
        raw=b"",
    )


def issue_name(issue: int) -> str:
    return f"{DAY + timedelta(days=issue)}-daily"


def payload(kind: str, number: int = 1, *, issue: int = 0, hours: int = 0, **fields: Any) -> str:
    """Return an event as SES writes it; ``hours`` move it and make it another event."""
    mail = mail_of(number, issue=issue, hours=hours)
    if "bounceType" in fields or kind == "Complaint":
        words = "-".join(str(each) for each in fields.values())
        fields = {"feedbackId": f"{mail.message_id}-{hours}-{words}"} | fields
    return json.dumps(make_event(kind, mail, **fields))


def soft_bounce(number: int = 1, *, issue: int = 0, hours: int = 0) -> str:
    fields = {"bounceType": "Transient", "bounceSubType": "MailboxFull"}
    return payload("Bounce", number, issue=issue, hours=hours, **fields)


def take_in(store: SqliteStore, *payloads: str) -> EventReport:
    return apply_payloads(payloads, read=read_events, events=store.events, clock=lambda: LATER)


def plan_issue(store: SqliteStore, readers: int = 1, *, issue: int = 0) -> None:
    """Plan an issue for the first readers; those who are not there yet are added."""
    for number in range(1, readers + 1):
        if store.subscribers.get(make_subscriber(number).id) is None:
            store.subscribers.add(make_subscriber(number))
    value = make_issue(id=issue_name(issue), created_at=NOW)
    deliveries = [make_delivery(number, issue=value) for number in range(1, readers + 1)]
    store.ledger.plan(value, deliveries)


def send_issue(
    store: SqliteStore, *, issue: int = 0, state: DeliveryState = DeliveryState.SENT
) -> None:
    """Hand all mails of an issue over; SES accepts them, whatever we come to know of it."""
    name = issue_name(issue)
    for claim in store.ledger.claim(name, limit=99, lease_until=LEASE_UNTIL):
        mail = mail_of(int(claim.subscriber.id[-3:]), issue=issue)
        receipt = Receipt(provider_id=mail.message_id, accepted_at=mail.accepted_at)
        store.ledger.settle(claim, state, receipt=receipt if state is DeliveryState.SENT else None)


def state_of(store: SqliteStore, *, issue: int = 0) -> DeliveryState:
    (delivery,) = store.ledger.deliveries(issue_name(issue))
    return delivery.state


def end_state(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that events may change, as it stands in the file."""
    queries: Iterable[tuple[str, str]] = (
        ("deliveries", "id, state, reason, provider_id, accepted_at"),
        ("shown", "subscriber_id, paper_id"),
        ("subscribers", "id, state"),
        ("suppressions", "*"),
        ("bounce_pauses", "*"),
        ("events", "key, waits > 0"),
        ("event_recipients", "address_hash, is_new"),
    )
    with closing(sqlite3.connect(path)) as file:
        return {
            table: sorted(file.execute(f"SELECT {columns} FROM {table}"))  # noqa: S608 - ours
            for table, columns in queries
        }
