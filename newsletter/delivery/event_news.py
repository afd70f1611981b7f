"""What an event of the provider says about a mailbox: one table."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from newsletter.model import BounceType, DeliveryEvent, EventKind
from subscribers.soft_bounces import Heard, News
from subscribers.suppression import EFFECTS, Effect

NEWS: Final[Mapping[EventKind, News]] = MappingProxyType(
    {
        EventKind.SENT: News.ACCEPTED,
        EventKind.DELIVERED: News.DELIVERED,
        EventKind.DELAYED: News.DELAYED,
        EventKind.COMPLAINED: News.COMPLAINED,
        EventKind.REJECTED: News.REJECTED,
        EventKind.UNSUBSCRIBED: News.LEFT,
    }
)
"""Kind → news; bounces stand below."""

BOUNCES: Final[Mapping[BounceType, News]] = MappingProxyType(
    {
        BounceType.PERMANENT: News.BOUNCED_FOR_GOOD,
        BounceType.TRANSIENT: News.BOUNCED_FOR_NOW,
        BounceType.UNDETERMINED: News.BOUNCED_UNCLEARLY,
    }
)

BOUNCE_SUBTYPES: Final[Mapping[tuple[BounceType, str], News]] = MappingProxyType(
    {
        (BounceType.TRANSIENT, "messagetoolarge"): News.CONTENT_REFUSED,
        (BounceType.TRANSIENT, "contentrejected"): News.CONTENT_REFUSED,
        (BounceType.TRANSIENT, "attachmentrejected"): News.CONTENT_REFUSED,
        # SES holds a list of contacts, and this one has left it.
        (BounceType.PERMANENT, "unsubscribedrecipient"): News.LEFT,
    }
)
"""Subtypes, in lower case, that mean something else than their type."""

NOT_SPAM: Final = "not-spam"


def news_of(event: DeliveryEvent) -> News:
    """Say what an event means for its recipients."""
    if event.kind is EventKind.COMPLAINED and event.feedback_type == NOT_SPAM:
        return News.CALLED_NOT_SPAM
    if event.kind is not EventKind.BOUNCED:
        return NEWS[event.kind]
    bounce_type = event.bounce_type or BounceType.UNDETERMINED
    subtype = (event.subtype or "").lower()
    return BOUNCE_SUBTYPES.get((bounce_type, subtype), BOUNCES[bounce_type])


def heard_of(event: DeliveryEvent, *, is_new: bool) -> Heard:
    """Return an event as the people's side understands it."""
    mail = event.delivery_id or event.provider_id
    return Heard(news=news_of(event), mail=mail, at=event.at, is_new=is_new)


def is_alarming(event: DeliveryEvent) -> bool:
    """Tell whether the fault is ours, so that an operator must look."""
    return EFFECTS[news_of(event)] is Effect.ALERT
