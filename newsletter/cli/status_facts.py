"""What ``status`` tells: readers, announcement, and the accounts of issues."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypedDict

from newsletter.delivery.accounting import account_issue
from newsletter.log import mask_personal
from newsletter.model import DeliveryState, Issue
from newsletter.ports import Ledger, Store
from newsletter.render.export import batch_facts

LOOKED_AT: Final = 1_000
"""Of how many mails is looked up why they are still to be sent."""


class IssueFacts(TypedDict):
    """Of one issue; ``ended`` and ``unfinished`` count mails by state.

    ``lost`` deliveries were planned and have no row; ``stuck`` ones were begun by a sender that
    died. ``adds_up`` says that there are neither, ``finished`` that nothing is left to do.
    ``why_left`` is what the mailer said of a mail that is still to be sent, without addresses.
    """

    issue: str
    state: str
    reason: str | None
    parked_until: datetime | None
    announced: int
    missing_categories: list[str]
    candidates: int
    ended: dict[str, int]
    unfinished: dict[str, int]
    lost: int
    stuck: int
    why_left: str | None
    adds_up: bool
    finished: bool


class Status(TypedDict):
    """What ``status`` prints as JSON: ``adds_up`` and ``finished`` say so of all its issues."""

    readers: dict[str, int]
    batches: list[Mapping[str, object]]
    issues: list[IssueFacts]
    adds_up: bool
    finished: bool


def status_facts(store: Store, issues: Sequence[Issue], now: datetime) -> Status:
    """Gather what there is to tell."""
    readers = Counter(each.state.value for each in store.subscribers.list_by_state())
    facts = [_issue_facts(store.ledger, issue, now) for issue in issues]
    return Status(
        readers=dict(sorted(readers.items())),
        batches=_batches(store),
        issues=facts,
        adds_up=all(each["adds_up"] for each in facts),
        finished=all(each["finished"] for each in facts),
    )


def _issue_facts(ledger: Ledger, issue: Issue, now: datetime) -> IssueFacts:
    accounting = account_issue(ledger, issue.id)
    progress = ledger.progress(issue.id)
    stuck = _count_stuck(ledger, issue, now)
    return IssueFacts(
        issue=issue.id,
        state=issue.state.value,
        reason=progress.reason if progress else None,
        parked_until=progress.parked_until if progress else None,
        announced=issue.announced,
        missing_categories=list(issue.missing_categories),
        candidates=accounting.candidates,
        ended=_by_name(accounting.ended),
        unfinished=_by_name(accounting.unfinished),
        lost=accounting.lost,
        stuck=stuck,
        why_left=_why_left(ledger, issue),
        adds_up=accounting.adds_up and not stuck,
        finished=accounting.is_finished,
    )


def _count_stuck(ledger: Ledger, issue: Issue, now: datetime) -> int:
    """Count the mails whose sender has not told their outcome in time."""
    begun = ledger.deliveries(issue.id, state=DeliveryState.SENDING)
    return sum(each.lease_until is None or each.lease_until <= now for each in begun)


def _why_left(ledger: Ledger, issue: Issue) -> str | None:
    """Return why a mail was handed back; what was tried is among the first by id."""
    planned = islice(ledger.deliveries(issue.id, state=DeliveryState.PLANNED), LOOKED_AT)
    reason = next((each.reason for each in planned if each.reason), None)
    return str(mask_personal(None, "", {"reason": reason})["reason"]) if reason else None


def _batches(store: Store) -> list[Mapping[str, object]]:
    day = store.papers.last_issue_day()
    return [batch_facts(each) for each in store.papers.batches_between(day, day)] if day else []


def _by_name(counts: Mapping[DeliveryState, int]) -> dict[str, int]:
    return {state.value: number for state, number in sorted(counts.items())}
