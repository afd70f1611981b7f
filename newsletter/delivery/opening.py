"""Before the first claim: what earlier runs left, what may go on, and whether the rest fits."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery.guard import accepted
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.quota import refusal
from newsletter.delivery.rate import SendRate
from newsletter.delivery.recovery import catch_up, resend_silent
from newsletter.errors import MailerError
from newsletter.model import DeliveryState
from newsletter.ports import Clock, EventStore, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a run may begin with.

    Attributes:
        number: how many may be sent.
        is_cut: whether more are planned, which the quota does not hold.
        refusal: why nothing may be sent at all.
    """

    number: int = 0
    is_cut: bool = False
    refusal: MailerError | None = None


def open_run(  # noqa: PLR0913 - what a run is given meets here
    issue_id: str,
    *,
    ledger: Ledger,
    events: EventStore | None,
    policy: SendPolicy,
    rate: SendRate,
    clock: Clock,
    most: int,
) -> Opening:
    """Put the ledger in order, ask the provider, and say what of ``most`` may be sent now."""
    catch_up(ledger=ledger, events=events, clock=clock)
    is_going_on = _put_in_order(issue_id, ledger=ledger, policy=policy, now=clock())
    if _is_parked(issue_id, ledger):
        return Opening()
    counts = ledger.count_by_state(issue_id)
    wanted = min(counts.get(DeliveryState.PLANNED, 0), most)
    # What was begun goes on as the quota frees; only a beginning is weighed.
    spread = policy.spread or is_going_on or accepted(counts) > 0
    return _weigh(wanted, rate=rate, spread=spread)


def _put_in_order(issue_id: str, *, ledger: Ledger, policy: SendPolicy, now: datetime) -> bool:
    """Let go what is too late or was held long enough; tell whether parked mails go on."""
    if policy.deadline is not None:
        ledger.skip_overdue(now - policy.deadline)
    if policy.resend_silent:
        resend_silent(ledger, issue_id, now=now, oldest=policy.deadline)
    return ledger.release(issue_id, now=now) > 0


def _is_parked(issue_id: str, ledger: Ledger) -> bool:
    """Tell whether the issue still has to wait; what was planned meanwhile waits with it."""
    progress = ledger.progress(issue_id)
    if progress is None or progress.parked_until is None:
        return False
    ledger.park(issue_id, until=progress.parked_until, reason=progress.reason or "")
    return True


def _weigh(wanted: int, *, rate: SendRate, spread: bool) -> Opening:
    if not rate.has_account or wanted == 0:
        return Opening(number=wanted)
    try:
        quota = rate.read_account()
    except MailerError as error:
        return Opening(refusal=error)
    refused = refusal(quota, wanted, spread=spread)
    if refused is not None:
        return Opening(refusal=refused)
    left = wanted if quota.left_today is None else min(wanted, quota.left_today)
    return Opening(number=left, is_cut=left < wanted)
