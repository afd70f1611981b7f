"""Send an issue: claim, compose, hand over, record. Never twice, never lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from newsletter.delivery.attempt import Attempt, Compose
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.run import Run
from newsletter.model import DeliveryState
from newsletter.ports import Clock, Ledger, Mailer


def deliver(  # noqa: PLR0913 - the parts of the job meet here
    issue_id: str,
    *,
    ledger: Ledger,
    mailer: Mailer,
    compose: Compose,
    clock: Clock,
    workers: int = 4,
    lease_s: float = 300.0,
    limit: int | None = None,
    on_progress: Callable[[Outcome], None] | None = None,
    stop: threading.Event | None = None,
    pause: Callable[[float], object] | None = None,
) -> DeliveryReport:
    """Send what is planned of an issue, and record what became of each mail.

    Several processes may do so at once. A single failure does not end the run; one that
    concerns all mails does, and the rest stays PLANNED.

    Args:
        issue_id: the issue; nothing is claimed unless it is OPEN.
        ledger: asked for claims, told the outcomes.
        mailer: used by all workers at once; not closed.
        compose: makes the mail of a claim, in a worker.
        clock: for the leases and for measuring the rate.
        workers: how many mails at once.
        lease_s: how long an outcome may take before it counts as unknown, in seconds.
        limit: how many mails at most.
        on_progress: told each outcome, in the calling thread.
        stop: once set, nothing new begins; what is in flight is finished.
        pause: waits that many seconds; by default until ``stop`` at the latest.

    Raises:
        StoreError: an outcome could not be recorded; such a delivery ends as UNKNOWN.
    """
    stop = stop or threading.Event()
    attempt = Attempt(ledger=ledger, mailer=mailer, compose=compose, clock=clock, stop=stop)
    run = Run(
        issue_id=issue_id,
        attempt=attempt,
        workers=workers,
        lease=timedelta(seconds=lease_s),
        limit=limit,
        pause=pause or stop.wait,
        tell=on_progress or _tell_nobody,
    )
    return _run_and_report(run)


def _run_and_report(run: Run) -> DeliveryReport:
    ledger, issue_id = run.attempt.ledger, run.issue_id
    expired = ledger.expire_leases(run.attempt.clock())
    skipped_before = _count(ledger, issue_id, DeliveryState.SKIPPED)
    with ThreadPoolExecutor(run.workers, thread_name_prefix="deliver") as pool:
        run.to_end(pool)
    return DeliveryReport(
        sent=run.counts[DeliveryState.SENT],
        rejected=run.counts[DeliveryState.REJECTED],
        unknown=run.counts[DeliveryState.UNKNOWN] + expired,
        skipped=_count(ledger, issue_id, DeliveryState.SKIPPED) - skipped_before,
        left=_count(ledger, issue_id, DeliveryState.PLANNED),
        unrendered=tuple(run.unrendered),
        stopped_by=run.stopped_by,
        was_interrupted=run.attempt.stop.is_set(),
        was_limited=run.has_reached_limit,
    )


def _count(ledger: Ledger, issue_id: str, state: DeliveryState) -> int:
    return ledger.count_by_state(issue_id).get(state, 0)


def _tell_nobody(outcome: Outcome) -> None:
    """Take progress that nobody asked for."""
