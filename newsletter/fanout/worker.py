"""The worker: one parcel from its message to its mails."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, cast

from newsletter.delivery.attempt import Compose
from newsletter.delivery.deliver import deliver
from newsletter.delivery.guard import Guard
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.quota import must_park
from newsletter.delivery.report import DeliveryReport
from newsletter.errors import MailerError, MailerStoppedError
from newsletter.fanout.catalogue import BundleCatalogue, BundleShelf
from newsletter.fanout.parcel import Parcel, unpack
from newsletter.fanout.parcel_ledger import ParcelLedger
from newsletter.log import get_logger
from newsletter.model import Delivery, DeliveryState, Issue, SkipReason
from newsletter.ports import Clock, Ledger, Mailer, SendPace

LOOK_EVERY_S: Final = 30.0

MakeCompose = Callable[[Issue, BundleCatalogue], Compose]
"""Make what composes the mails of an issue out of its bundle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What became of a parcel.

    Attributes:
        sent, rejected, unknown: mails of this worker.
        is_left: whether time ran out before all were begun: the message goes back.
        error: why the rest could not be sent now; they stay planned.
    """

    sent: int = 0
    rejected: int = 0
    unknown: int = 0
    is_left: bool = False
    error: MailerError | None = None


@dataclass(slots=True, kw_only=True)
class _Watched:
    """One issue as this process sees it: its composer, and what comes back about its mails."""

    compose: Compose
    guard: Guard
    looked_at_s: float


@dataclass(slots=True, kw_only=True)
class Worker:
    """Deliver parcels, one after another.

    Attributes:
        mailer, pace: shared by all parcels.
        workers: mails at once, at least.
        ticks: seconds of a clock that never goes back.
    """

    ledger: Ledger
    bundles: BundleShelf
    mailer: Mailer
    make_compose: MakeCompose
    pace: SendPace
    policy: SendPolicy
    clock: Clock
    workers: int
    lease_s: float
    ticks: Callable[[], float] = time.monotonic
    _issues: dict[str, _Watched] = field(default_factory=dict)

    def work(self, message: str, *, stop: threading.Event | None = None) -> Worked:
        """Plan a parcel's deliveries and send them; what was sent before is left alone.

        Once ``stop`` is set, nothing new begins.

        Raises:
            UnreadableParcelError: the message is no parcel of this version.
            BundleError: what belongs to its issue cannot be had.
            StoreError: some of it may not be recorded; the message may come again.
        """
        parcel = unpack(message)
        catalogue = self.bundles.open(parcel.bundle)
        issue = replace(catalogue.bundle.issue, created_at=parcel.planned_at)
        deliveries = tuple(parcel.deliveries())
        if self._is_too_late(parcel):
            self.ledger.plan(issue, map(_too_late, deliveries))
            return Worked()
        self.ledger.plan(issue, deliveries)
        watched = self._watched(parcel, issue, catalogue)
        ids = [each.id for each in deliveries if each.picks]
        ledger = ParcelLedger(self.ledger, ids)
        report = self._deliver(issue, ledger, watched.compose, ids, stop=stop)
        self._look(issue.id, watched)
        return _worked(report, has_unfinished=bool(ledger.unfinished))

    def _is_too_late(self, parcel: Parcel) -> bool:
        deadline = self.policy.deadline
        return deadline is not None and parcel.planned_at < self.clock() - deadline

    def _deliver(
        self,
        issue: Issue,
        ledger: ParcelLedger,
        compose: Compose,
        ids: list[str],
        *,
        stop: threading.Event | None,
    ) -> DeliveryReport:
        report = deliver(
            issue.id,
            ledger=cast("Ledger", ledger),
            mailer=self.mailer,
            compose=compose,
            clock=self.clock,
            workers=self.workers,
            lease_s=self.lease_s,
            only=ids,
            policy=self.policy,
            pace=self.pace,
            stop=stop,
        )
        get_logger().info(
            "parcel.delivered",
            issue=issue.id,
            readers=len(ids),
            sent=report.sent,
            rejected=report.rejected,
            unknown=report.unknown,
            left=len(ledger.unfinished),
            stopped_by=type(report.stopped_by).__name__ if report.stopped_by else "",
        )
        return report

    def _watched(self, parcel: Parcel, issue: Issue, catalogue: BundleCatalogue) -> _Watched:
        """Return what this process knows of a bundle; of the issues before, nothing is kept."""
        if parcel.bundle not in self._issues:
            self._issues.clear()
            self._issues[parcel.bundle] = _Watched(
                compose=self.make_compose(issue, catalogue),
                guard=Guard(self.ledger, issue.id),
                looked_at_s=self.ticks(),
            )
        return self._issues[parcel.bundle]

    def _look(self, issue_id: str, watched: _Watched) -> None:
        """Pause the issue when too much of what all workers send comes back."""
        if self.ticks() - watched.looked_at_s < LOOK_EVERY_S:
            return
        watched.looked_at_s = self.ticks()
        reason = watched.guard.check()
        if reason is not None:
            get_logger().error("issue.paused", issue=issue_id, why=reason)
            watched.guard.stop(reason)


def _too_late(delivery: Delivery) -> Delivery:
    """Return a row that is skipped from the start; one that is there already is the sweeper's."""
    if delivery.state is not DeliveryState.PLANNED:
        return delivery
    reason = SkipReason.PAST_DEADLINE.value
    return replace(delivery, state=DeliveryState.SKIPPED, reason=reason)


def _worked(report: DeliveryReport, *, has_unfinished: bool) -> Worked:
    error = report.stopped_by
    # What is parked goes on by itself: the sweeper puts it into the queue again.
    waits = isinstance(error, MailerStoppedError) and must_park(error)
    return Worked(
        sent=report.sent,
        rejected=report.rejected,
        unknown=report.unknown,
        is_left=has_unfinished and report.was_interrupted and error is None,
        error=None if waits else error,
    )
