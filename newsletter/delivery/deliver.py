"""Send an issue: claim, compose, hand over, record. Never twice, never lost."""

import threading
from collections.abc import Callable, Collection
from datetime import timedelta

from newsletter.delivery.attempt import Compose
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.policy import SendPolicy
from newsletter.delivery.rate import ProcessPace
from newsletter.delivery.report import DeliveryReport
from newsletter.delivery.session import Session
from newsletter.ports import Clock, EventStore, Ledger, Mailer, SendPace


def deliver(  # noqa: PLR0913 - the parts of the job meet here
    issue_id: str,
    *,
    ledger: Ledger,
    mailer: Mailer,
    compose: Compose,
    clock: Clock,
    workers: int = 4,
    events: EventStore | None = None,
    lease_s: float = 300.0,
    limit: int | None = None,
    only: Collection[str] | None = None,
    policy: SendPolicy | None = None,
    pace: SendPace | None = None,
    on_progress: Callable[[Outcome], None] | None = None,
    stop: threading.Event | None = None,
    pause: Callable[[float], object] | None = None,
) -> DeliveryReport:
    """Send what is planned of an issue while it is OPEN, and record what became of each mail.

    Several processes may do so at once. What is left after an error that concerns all mails
    stays PLANNED, or PARKED until the provider's quota frees: the first run after that goes on.

    At least ``workers`` mails go at once, more where the rate needs them; with ``only``, none but
    deliveries of these ids. What ``events`` has of mails that an earlier run left unknown is
    applied first. ``pace`` is shared with the processes that use the same account;
    without one the rate is this run's own. ``on_progress`` is told each outcome once it is
    recorded, in the calling thread. Once ``stop`` is set nothing new begins, and what is in flight
    is finished. ``pause`` waits that many seconds; by default until ``stop`` at the latest.

    Raises:
        StoreError: an outcome could not be recorded; such a delivery ends as UNKNOWN.
    """
    stop = stop or threading.Event()
    session = Session(
        issue_id=issue_id, ledger=ledger, events=events, mailer=mailer, compose=compose,
        clock=clock, policy=policy or SendPolicy(), limit=limit, only=only,
        pace=pace or ProcessPace(),
        stop=stop, pause=pause or stop.wait, tell=on_progress or _tell_nobody,
    )  # fmt: skip
    return session.run(workers, timedelta(seconds=lease_s))


def _tell_nobody(outcome: Outcome) -> None:
    """Take progress that nobody asked for."""
