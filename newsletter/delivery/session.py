"""A run from its opening to its report."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from newsletter.delivery.attempt import Attempt, Compose
from newsletter.delivery.crew import Crew
from newsletter.delivery.guard import Guard
from newsletter.delivery.heap import settled_heap
from newsletter.delivery.opening import Opening, open_run
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.quota import account_of, frees_at, must_park
from newsletter.delivery.rate import SendRate
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.run import Run
from newsletter.delivery.watch import UNBOUNDED, Watch
from newsletter.errors import MailerError, MailerStoppedError, QuotaExceededError
from newsletter.log import get_logger
from newsletter.model import DeliveryState
from newsletter.ports import Clock, EventStore, Ledger, Mailer, SendPace


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one call of ``deliver`` is given.

    Attributes:
        events: what the provider has said; None when nobody keeps that.
        limit, only: how many deliveries, and which; None for all.
        stop: set by others when nothing new may begin.
        pause: waits that many seconds.
        tell: told each outcome.
    """

    issue_id: str
    ledger: Ledger
    events: EventStore | None
    mailer: Mailer
    compose: Compose
    clock: Clock
    policy: SendPolicy
    limit: int | None
    only: Collection[str] | None
    pace: SendPace
    stop: threading.Event
    pause: Callable[[float], object]
    tell: Callable[[Outcome], None]

    def run(self, workers: int, lease: timedelta) -> DeliveryReport:
        """Open, send, park or close what is left, and report."""
        rate = self._rate()
        opening = self._open(rate)
        run = self._run(opening, rate, workers=workers, lease=lease)
        if opening.number and opening.refusal is None:
            with settled_heap(), Crew(run.work) as crew:
                run.to_end(crew)
        stopped_by = opening.refusal or run.stopped_by
        self._park(stopped_by or _quota_used_up(opening, run))
        self.ledger.close_finished(self.issue_id)
        return self._report(run, stopped_by=stopped_by)

    def _rate(self) -> SendRate:
        return SendRate(
            account_of(self.mailer),
            fixed_per_s=self.policy.rate_per_s,
            pace=self.pace,
            clock=self.clock,
            pause=self.pause,
        )

    def _attempt(self, rate: SendRate) -> Attempt:
        return Attempt(
            mailer=self.mailer,
            compose=self.compose,
            clock=self.clock,
            stop=self.stop,
            wait_for_turn=rate.wait_for_turn,
        )

    def _open(self, rate: SendRate) -> Opening:
        return open_run(
            self.issue_id,
            ledger=self.ledger,
            events=self.events,
            policy=self.policy,
            rate=rate,
            clock=self.clock,
            most=min(
                UNBOUNDED if self.limit is None else max(0, self.limit),
                UNBOUNDED if self.only is None else len(self.only),
            ),
        )

    def _run(self, opening: Opening, rate: SendRate, *, workers: int, lease: timedelta) -> Run:
        watch = Watch(
            guard=Guard(self.ledger, self.issue_id),
            canary_s=self.policy.canary_s if rate.has_account else 0.0,
        )
        watch.expect(opening.number)
        return Run(
            issue_id=self.issue_id,
            ledger=self.ledger,
            attempt=self._attempt(rate),
            rate=rate,
            watch=watch,
            workers=workers,
            lease=lease,
            limit=opening.number if opening.is_cut else self.limit,
            only=self.only,
            pause=self.pause,
            tell=self.tell,
        )

    def _park(self, error: MailerError | None) -> None:
        if not isinstance(error, MailerStoppedError) or not must_park(error):
            return
        until = frees_at(error, self.ledger, self.clock())
        parked = self.ledger.park(self.issue_id, until=until, reason=str(error))
        get_logger().warning(
            "issue.parked", issue=self.issue_id, number=parked, until=until.isoformat()
        )

    def _report(self, run: Run, *, stopped_by: MailerError | None) -> DeliveryReport:
        counts = self._counts()
        progress = self.ledger.progress(self.issue_id)
        return DeliveryReport(
            sent=run.counts[DeliveryState.SENT],
            rejected=run.counts[DeliveryState.REJECTED],
            unknown=counts.get(DeliveryState.UNKNOWN, 0),
            skipped=counts.get(DeliveryState.SKIPPED, 0),
            left=counts.get(DeliveryState.PLANNED, 0),
            parked=counts.get(DeliveryState.PARKED, 0),
            parked_until=progress.parked_until if progress else None,
            unrendered=tuple(run.unrendered),
            stopped_by=stopped_by,
            was_interrupted=self.stop.is_set(),
            was_limited=run.has_reached_limit,
            dealt_with=run.dealt_with,
            why_left=run.why_left,
            per_second=run.rate.per_s,
        )

    def _counts(self) -> Mapping[DeliveryState, int]:
        """Count the deliveries of the issue, or those of ``only``, by state."""
        return self.ledger.count_by_state(self.issue_id, only=self.only)


def _quota_used_up(opening: Opening, run: Run) -> QuotaExceededError | None:
    """Say why the rest waits, when all that the quota held was sent."""
    if opening.is_cut and run.has_reached_limit:
        return QuotaExceededError("the provider's quota of 24 hours is used up")
    return None
