"""What the provider lets us send today, and when it lets us send again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from newsletter.errors import MailerStoppedError, QuotaExceededError, SendingPausedError
from newsletter.model import SendQuota
from newsletter.ports import Ledger, Mailer

Account = Callable[[], SendQuota]
"""Ask the provider for its limits; raise ``MailerError`` when nobody answers."""

DAY: Final = timedelta(hours=24)
SOONEST: Final = timedelta(minutes=15)
NO_IDEA: Final = timedelta(hours=1)


def account_of(mailer: Mailer) -> Account | None:
    """Return how to ask for the limits of a mailer's account; None when it has none."""
    account: Account | None = getattr(mailer, "account", None)
    return account


def refusal(quota: SendQuota, wanted: int, *, spread: bool) -> MailerStoppedError | None:
    """Say why a run of this many mails may not begin; None when it may.

    Begun with ``spread``, it may if anything at all can be sent.
    """
    left = quota.left_today
    if not quota.sending_enabled:
        return SendingPausedError(
            "the provider has paused sending for this account: see its console for the reason; "
            "what is parked goes on by itself afterwards"
        )
    if left is None or wanted <= left or (spread and left > 0):
        return None
    mails = "mail is" if wanted == 1 else "mails are"
    numbers = f"{wanted} {mails} to be sent; of {quota.max_per_day} in 24 hours {left} are left"
    if left == 0:
        return QuotaExceededError(f"{numbers}: what is parked goes on by itself when some are")
    return MailerStoppedError(
        f"{numbers}: send with --spread to begin now and go on when the quota frees, or ask the "
        "provider for a higher quota"
    )


def must_park(error: Exception | None) -> bool:
    """Tell whether after this error all that is left waits, and goes on by itself."""
    return isinstance(error, QuotaExceededError | SendingPausedError)


def frees_at(error: MailerStoppedError, ledger: Ledger, now: datetime) -> datetime:
    """Return when it is worth trying again.

    A quota of 24 hours frees with the age of the first mail in it. Others may send through the
    same account: then nobody knows, and we look again in an hour.
    """
    if error.retry_after_s is not None:
        return now + min(timedelta(seconds=error.retry_after_s), DAY)
    _, first_at = ledger.sends_since(now - DAY)
    if not isinstance(error, QuotaExceededError) or first_at is None:
        return now + NO_IDEA
    return min(max(first_at + DAY, now + SOONEST), now + DAY)
