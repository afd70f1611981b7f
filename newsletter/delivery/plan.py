"""Freeze who gets what: one delivery for each reader of an issue."""

from collections.abc import Iterable

from newsletter.model import Delivery, DeliveryState, Issue, Pick, SkipReason
from newsletter.model.delivery_id import delivery_id
from newsletter.ports import Ledger
from subscribers.model import Subscriber

__all__ = ["delivery_id", "plan"]


def plan(
    issue: Issue,
    choices: Iterable[tuple[Subscriber, tuple[Pick, ...], int]],
    *,
    ledger: Ledger,
) -> int:
    """Write the issue and a delivery for each choice; return how many were not there yet.

    Args:
        issue: what is being sent.
        choices: subscriber, picks (best first), and how many papers matched; read one by one.
            Nobody gets an empty mail: without picks the delivery is SKIPPED from the start.
        ledger: where they are written, all in one transaction.
    """
    return ledger.plan(
        issue,
        (
            new_delivery(issue.id, subscriber.id, picks, matched)
            for subscriber, picks, matched in choices
        ),
    )


def new_delivery(
    issue_id: str, subscriber_id: str, picks: tuple[Pick, ...], matched: int
) -> Delivery:
    """Return the row of one choice as it begins: see ``plan``."""
    return Delivery(
        id=delivery_id(issue_id, subscriber_id),
        issue_id=issue_id,
        subscriber_id=subscriber_id,
        picks=picks,
        matched=matched,
        state=DeliveryState.PLANNED if picks else DeliveryState.SKIPPED,
        reason=None if picks else SkipReason.NOTHING_TO_SAY.value,
    )
