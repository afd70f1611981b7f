"""A wish for a mail, as it is queued."""

from datetime import datetime

from subscribers.ids import new_id
from subscribers.model import Subscriber
from subscribers.notices import Notice, NoticeKind


def notice_to(
    reader: Subscriber,
    kind: NoticeKind,
    *,
    now: datetime,
    address: str | None = None,
    detail: str = "",
) -> Notice:
    """Make a notice to a reader, at their own address unless another is given."""
    return Notice(
        id=new_id(now),
        kind=kind,
        subscriber_id=reader.id,
        address=address or reader.address,
        requested_at=now,
        detail=detail,
    )
