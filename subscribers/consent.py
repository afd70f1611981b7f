"""Who wanted what, when, and how we know: each step with an entry for the log of consents.

The log is only ever added to. Who it was is said by the reader's id alone: when the reader is
erased, nothing leads from the log to a person any more.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subscribers import lifecycle
from subscribers.interests import Interests
from subscribers.model import Subscriber, SubscriberState
from subscribers.preferences import Preferences

MAX_WORDING_CHARS = 500


class ConsentAct(StrEnum):
    """What a reader did about getting mail."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How we know.

    Attributes:
        page: the route on which it was done, such as ``/subscribe``; never with a token.
        wording: what stood above the button, in the reader's language; at most 500 characters.
        network: see ``networks.kept_network``.
    """

    page: str
    wording: str
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEntry:
    """One line of the log."""

    subscriber_id: str
    act: ConsentAct
    at: datetime
    evidence: Evidence


Step = tuple[Subscriber, ConsentEntry | None]
"""The changed record, and what to log; None when it was so already."""


def begin(
    address: str,
    *,
    subscriber_id: str,
    template: Interests,
    preferences: Preferences,
    now: datetime,
) -> Subscriber:
    """Make a new record that waits for its confirmation.

    Raises:
        InvalidAddressError: see ``address.parse``.
        InvalidInterestsError: template and preferences together cannot be met.
    """
    made = lifecycle.subscribe_directly(
        address, subscriber_id=subscriber_id, template=template, preferences=preferences, now=now
    )
    return lifecycle.as_pending(made)


def request(
    subscriber: Subscriber, preferences: Preferences, *, now: datetime, evidence: Evidence
) -> Step:
    """Ask for the mails; only who waits or has left can choose anew what they will be about."""
    asked = lifecycle.request(subscriber)
    if asked.state is not SubscriberState.PENDING:
        return subscriber, None
    return preferences.applied_to(asked), _entry(asked, ConsentAct.REQUESTED, now, evidence)


def confirm(subscriber: Subscriber, *, now: datetime, evidence: Evidence) -> Step:
    """Start the mails; raise ``InvalidTransitionError`` for who has left."""
    return _step(
        subscriber, lifecycle.confirm(subscriber, now), ConsentAct.CONFIRMED, now, evidence
    )


def withdraw(subscriber: Subscriber, *, now: datetime, evidence: Evidence) -> Step:
    """Stop the mails; never refused."""
    left = lifecycle.unsubscribe(subscriber)
    return _step(subscriber, left, ConsentAct.WITHDRAWN, now, evidence)


def come_back(subscriber: Subscriber, *, now: datetime, evidence: Evidence) -> Step:
    """Undo leaving; raise ``InvalidTransitionError`` when there is nothing to undo."""
    back = lifecycle.come_back(subscriber)
    return _step(subscriber, back, ConsentAct.RETURNED, now, evidence)


def _step(
    before: Subscriber, after: Subscriber, act: ConsentAct, now: datetime, evidence: Evidence
) -> Step:
    if after == before:
        return before, None
    return after, _entry(after, act, now, evidence)


def _entry(
    subscriber: Subscriber, act: ConsentAct, now: datetime, evidence: Evidence
) -> ConsentEntry:
    return ConsentEntry(subscriber_id=subscriber.id, act=act, at=now, evidence=evidence)
