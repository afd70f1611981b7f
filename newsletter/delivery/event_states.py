"""What the events of a mail make of its delivery: the strongest word counts, in any order."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from newsletter.delivery.event_news import news_of
from newsletter.model import Delivery, DeliveryChange, DeliveryEvent, DeliveryState, EventKind
from newsletter.model.transitions import may_follow
from subscribers.soft_bounces import News

_D = DeliveryState

STATES: Final[Mapping[News, DeliveryState]] = MappingProxyType(
    {
        News.ACCEPTED: _D.SENT,
        News.CALLED_NOT_SPAM: _D.SENT,
        News.LEFT: _D.SENT,
        News.DELAYED: _D.DELAYED,
        News.REJECTED: _D.REJECTED,
        # Weaker than a delivery: what comes after one is an out-of-office answer.
        News.BOUNCED_FOR_NOW: _D.BOUNCED,
        News.CONTENT_REFUSED: _D.BOUNCED,
        News.DELIVERED: _D.DELIVERED,
        News.BOUNCED_UNCLEARLY: _D.BOUNCED,
        News.BOUNCED_FOR_GOOD: _D.BOUNCED,
        News.COMPLAINED: _D.COMPLAINED,
    }
)
"""News → state of the delivery; the later in this list, the stronger. Any event proves SENT."""

_STRENGTH: Final = MappingProxyType({news: rank for rank, news in enumerate(STATES)})


def change_by(delivery: Delivery, events: Sequence[DeliveryEvent]) -> DeliveryChange | None:
    """Return what all events of a delivery make of it; None when they make nothing of it.

    A delivery in SENDING is its sender's to settle, one that was SKIPPED stays so.
    """
    if not events:
        return None
    strongest, first = max(events, key=_rank), min(events, key=_age)
    state = STATES[news_of(strongest)]
    if state is not delivery.state and not is_reachable(delivery.state, state):
        return None
    return DeliveryChange(
        state=state,
        reason=_reason(strongest, state),
        provider_id=first.provider_id,
        accepted_at=first.at,
    )


def is_reachable(before: DeliveryState, after: DeliveryState) -> bool:
    """Tell whether events may move a delivery there: in one step, or over SENT."""
    if before is _D.SENDING:
        return False
    return may_follow(before, after) or (may_follow(before, _D.SENT) and may_follow(_D.SENT, after))


def _rank(event: DeliveryEvent) -> tuple[int, float, str]:
    return _STRENGTH[news_of(event)], event.at.timestamp(), event.key


def _age(event: DeliveryEvent) -> tuple[float, str]:
    return event.at.timestamp(), event.key


def _reason(event: DeliveryEvent, state: DeliveryState) -> str | None:
    words: tuple[str | None, ...] = ()
    if event.kind is EventKind.BOUNCED:
        words = (event.bounce_type, event.subtype)
    elif event.kind is EventKind.COMPLAINED:
        words = (event.feedback_type, event.subtype)
    elif state is _D.REJECTED:
        words = ("the provider did not try to deliver it",)
    elif state is _D.DELAYED:
        words = (event.subtype,)
    return " ".join(word for word in words if word) or None
