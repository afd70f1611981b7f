"""A person's rights: to take along all that is kept about them, and to be forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from subscribers.consent import ConsentEntry
from subscribers.feedback import Feedback
from subscribers.model import Subscriber
from subscribers.preferences import written_preferences

FORMAT: Final = "arxiv-newsletter-reader/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One issue that a reader got, or would have got.

    Attributes:
        state: what became of the mail.
        papers: ids of what was chosen for them, best first.
    """

    issue_id: str
    state: str
    papers: tuple[str, ...]


def exported(
    subscriber: Subscriber,
    *,
    consents: Sequence[ConsentEntry],
    feedback: Sequence[Feedback],
    received: Sequence[Received],
    now: datetime,
) -> dict[str, object]:
    """Return all that is kept about a reader, as JSON has it: a copy for them to take along."""
    return {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "address": subscriber.address,
        "state": subscriber.state.value,
        "created_at": subscriber.created_at.isoformat(),
        "confirmed_at": _instant(subscriber.confirmed_at),
        "paused_until": subscriber.paused_until.isoformat() if subscriber.paused_until else None,
        "preferences": _preferences(subscriber),
        "consents": [_consent(entry) for entry in consents],
        "feedback": [_feedback(each) for each in feedback],
        "received": [
            {"issue": each.issue_id, "state": each.state, "papers": list(each.papers)}
            for each in received
        ],
    }


def _preferences(subscriber: Subscriber) -> Mapping[str, object]:
    written = written_preferences(subscriber)
    return {key: list(each) if isinstance(each, tuple) else each for key, each in written.items()}


def _consent(entry: ConsentEntry) -> Mapping[str, object]:
    return {
        "act": entry.act.value,
        "at": entry.at.isoformat(),
        "page": entry.evidence.page,
        "wording": entry.evidence.wording,
        "network": entry.evidence.network,
    }


def _feedback(feedback: Feedback) -> Mapping[str, object]:
    return {
        "paper": feedback.paper_id,
        "vote": int(feedback.vote),
        "at": feedback.at.isoformat(),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
