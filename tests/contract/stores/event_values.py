"""Events for the stores' tests, about ``make_delivery`` and ``make_subscriber`` of one number."""

from datetime import timedelta
from typing import Any

from newsletter.model import BounceType, DeliveryEvent, EventKind, EventRecipient
from tests.contract.stores.values import make_delivery
from tests.factories import NOW, make_subscriber


def make_event(kind: EventKind, number: int = 1, **fields: Any) -> DeliveryEvent:
    """Make an event of the mail to a reader, an hour after ``NOW``."""
    values: dict[str, Any] = {
        "kind": kind,
        "key": f"{kind}:{number}",
        "at": NOW + timedelta(hours=1),
        "provider_id": f"mail-{number}",
        "delivery_id": make_delivery(number).id,
        "recipients": (EventRecipient(address=make_subscriber(number).address),),
    }
    return DeliveryEvent(**(values | fields))


def make_bounce(
    bounce_type: BounceType = BounceType.PERMANENT, number: int = 1, **fields: Any
) -> DeliveryEvent:
    """Make a bounce of the mail to a reader."""
    values = {
        "key": f"bounced:{bounce_type}:{number}",
        "bounce_type": bounce_type,
        "subtype": "General",
    }
    return make_event(EventKind.BOUNCED, number, **(values | fields))
