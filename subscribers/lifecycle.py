"""What may happen to a subscriber: a table of steps, and a function for each.

Nothing here is stored: each function returns the changed record, and the store gives it its
next revision. A step that was made already leaves the record as it is, because links are
clicked twice and mail programs repeat what they send.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from subscribers import address as addresses
from subscribers.errors import InvalidTransitionError
from subscribers.interests import Interests
from subscribers.model import Subscriber, SubscriberState
from subscribers.preferences import Preferences

_PENDING, _ACTIVE, _PAUSED, _UNSUBSCRIBED, _SUPPRESSED = SubscriberState


class Step(StrEnum):
    """What can be done with a record."""

    REQUEST = "request"
    CONFIRM = "confirm"
    PAUSE = "pause"
    RESUME = "resume"
    UNSUBSCRIBE = "unsubscribe"
    RETURN = "return"
    SUPPRESS = "suppress"


TRANSITIONS: Mapping[tuple[SubscriberState, Step], SubscriberState] = MappingProxyType(
    {
        (_PENDING, Step.REQUEST): _PENDING,
        (_PENDING, Step.CONFIRM): _ACTIVE,
        (_PENDING, Step.UNSUBSCRIBE): _UNSUBSCRIBED,
        (_PENDING, Step.SUPPRESS): _SUPPRESSED,
        # Whoever asks again has what they ask for.
        (_ACTIVE, Step.REQUEST): _ACTIVE,
        (_ACTIVE, Step.CONFIRM): _ACTIVE,
        (_ACTIVE, Step.PAUSE): _PAUSED,
        (_ACTIVE, Step.RESUME): _ACTIVE,
        (_ACTIVE, Step.UNSUBSCRIBE): _UNSUBSCRIBED,
        (_ACTIVE, Step.RETURN): _ACTIVE,
        (_ACTIVE, Step.SUPPRESS): _SUPPRESSED,
        (_PAUSED, Step.REQUEST): _PAUSED,
        # A confirmation that is clicked again later must not end a pause.
        (_PAUSED, Step.CONFIRM): _PAUSED,
        (_PAUSED, Step.PAUSE): _PAUSED,
        (_PAUSED, Step.RESUME): _ACTIVE,
        (_PAUSED, Step.UNSUBSCRIBE): _UNSUBSCRIBED,
        (_PAUSED, Step.RETURN): _PAUSED,
        (_PAUSED, Step.SUPPRESS): _SUPPRESSED,
        # Nor may an old link bring back somebody who left: they ask anew, and confirm anew.
        (_UNSUBSCRIBED, Step.REQUEST): _PENDING,
        # Only the link on the page that said goodbye does, for a short while.
        (_UNSUBSCRIBED, Step.RETURN): _ACTIVE,
        (_UNSUBSCRIBED, Step.UNSUBSCRIBE): _UNSUBSCRIBED,
        (_UNSUBSCRIBED, Step.SUPPRESS): _SUPPRESSED,
        # Suppression is for good, but leaving always succeeds.
        (_SUPPRESSED, Step.UNSUBSCRIBE): _SUPPRESSED,
        (_SUPPRESSED, Step.SUPPRESS): _SUPPRESSED,
    }
)
"""State and step → next state; what is not here is refused."""

_WHY_NOT = {
    _PENDING: "they have not confirmed yet",
    _UNSUBSCRIBED: "they have unsubscribed, and can only come back by subscribing themselves",
    _SUPPRESSED: "their address is suppressed: it bounced for good, or they complained",
}


def subscribe_directly(
    address: str,
    *,
    subscriber_id: str,
    template: Interests,
    preferences: Preferences,
    now: datetime,
) -> Subscriber:
    """Make an active record on an operator's word that this person asked for the mails.

    Raises:
        InvalidAddressError: see ``address.parse``.
        InvalidInterestsError: template and preferences together cannot be met.
    """
    record = Subscriber(
        id=subscriber_id,
        address=addresses.parse(address),
        state=SubscriberState.ACTIVE,
        interests=template,
        created_at=now,
        confirmed_at=now,
    )
    return preferences.applied_to(record)


def as_pending(subscriber: Subscriber) -> Subscriber:
    """Return a new record as one that waits for its reader's confirmation."""
    return replace(subscriber, state=_PENDING, confirmed_at=None, paused_until=None)


def request(subscriber: Subscriber) -> Subscriber:
    """Ask for the mails: whoever left waits for a new confirmation."""
    changed = _take(subscriber, Step.REQUEST)
    return changed if changed.state is not _PENDING else as_pending(changed)


def confirm(subscriber: Subscriber, now: datetime) -> Subscriber:
    """Start the mails: the reader pressed the button of the confirmation page."""
    changed = _take(subscriber, Step.CONFIRM)
    return replace(changed, confirmed_at=changed.confirmed_at or now)


def pause(subscriber: Subscriber, *, until: date | None = None) -> Subscriber:
    """Stop the mails for a while: up to a day of the reader's, or until they resume."""
    return replace(_take(subscriber, Step.PAUSE), paused_until=until)


def resume(subscriber: Subscriber) -> Subscriber:
    """End a pause."""
    return replace(_take(subscriber, Step.RESUME), paused_until=None)


def is_pause_over(subscriber: Subscriber, now: datetime) -> bool:
    """Tell whether a pause with an end has reached it, by the reader's own calendar."""
    until = subscriber.paused_until
    if subscriber.state is not _PAUSED or until is None:
        return False
    return now.astimezone(ZoneInfo(subscriber.timezone)).date() >= until


def come_back(subscriber: Subscriber) -> Subscriber:
    """Undo leaving; a pause of before stays one."""
    back = _take(subscriber, Step.RETURN)
    return pause(back, until=back.paused_until) if back.paused_until else back


def unsubscribe(subscriber: Subscriber) -> Subscriber:
    """Stop the mails because the reader wants no more; never refused."""
    return _take(subscriber, Step.UNSUBSCRIBE)


def suppress(subscriber: Subscriber) -> Subscriber:
    """Stop the mails for good: the address bounces, or its reader complained; never refused."""
    return _take(subscriber, Step.SUPPRESS)


def _take(subscriber: Subscriber, step: Step) -> Subscriber:
    """Take a step.

    Raises:
        InvalidTransitionError: the state does not allow it.
    """
    state = TRANSITIONS.get((subscriber.state, step))
    if state is None:
        raise InvalidTransitionError(
            f"{addresses.mask(subscriber.address)} cannot be changed by {step.value!r}: "
            + _WHY_NOT[subscriber.state]
        )
    return subscriber if state == subscriber.state else replace(subscriber, state=state)
