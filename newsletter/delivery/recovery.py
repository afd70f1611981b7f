"""What an earlier run left unknown, and the one case in which it may be sent again by itself."""

from datetime import datetime, timedelta
from typing import Final

from newsletter.delivery.events import apply_kept
from newsletter.log import get_logger
from newsletter.ports import Clock, EventStore, Ledger

SILENCE: Final = timedelta(minutes=15)
"""For how long no event may have spoken of a mail before it counts as never accepted."""
OLDEST: Final = timedelta(hours=24)
REASON: Final = "sent again: no event spoke of it, though those of later mails arrived"
MAX_RESENDS_BY_POLICY: Final = 1


def catch_up(*, ledger: Ledger, events: EventStore | None, clock: Clock) -> int:
    """Count as unknown what dead senders left behind, then apply what events say of it.

    An event may have come while its mail was still on its way: it has waited for this. To be
    called before anything is decided about what is unknown. Returns how many had been left.
    """
    expired = ledger.expire_leases(clock())
    if expired:
        get_logger().warning("deliveries.abandoned", number=expired)
    if events is not None:
        apply_kept(events=events, clock=clock)
    return expired


def resend_silent(
    ledger: Ledger, issue_id: str, *, now: datetime, oldest: timedelta | None = None
) -> int:
    """Plan mails of unknown outcome once more whose events are missing; return how many.

    It needs proof that the stream of events is alive. Without events, as with SMTP, nothing is
    ever sent again by this.

    Args:
        ledger: knows what is unknown, and of which later mails events arrived.
        issue_id: of which issue.
        now: the present instant.
        oldest: what became unknown longer ago is left alone; a day by default.
    """
    silent = ledger.silent_unknown(
        issue_id,
        settled_after=now - (oldest or OLDEST),
        settled_before=now - SILENCE,
        max_resends=MAX_RESENDS_BY_POLICY,
    )
    moved = ledger.reset_unknown(silent, at=now, reason=REASON, max_resends=MAX_RESENDS_BY_POLICY)
    if moved:
        get_logger().warning("deliveries.resent", issue=issue_id, number=len(moved))
    return len(moved)
