"""One run over an issue: keep the workers busy, learn from the outcomes, come to an end."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from newsletter.delivery.attempt import Attempt
from newsletter.delivery.backoff import Backoff
from newsletter.delivery.outcomes import Outcome
from newsletter.errors import MailerError, RenderError
from newsletter.model import Claim, DeliveryState

MAX_TRIES: Final = 5
MAX_BATCH: Final = 100
BATCH_S: Final = 0.25
"""How much of what can be sent is claimed ahead; a kill makes that much UNKNOWN."""


@dataclass(slots=True, kw_only=True)
class Run:
    """The calling thread's side of a run; the workers' side is ``attempt``.

    Attributes:
        workers: how many attempts at once.
        lease: how long a claim is ours.
        limit: how many deliveries at most; None for all.
        pause: waits that many seconds.
        tell: told each outcome.
        counts: state → how many deliveries of this run came to it.
        unrendered: ids whose mail broke the rules.
        stopped_by: the error that ended the run early.
    """

    issue_id: str
    attempt: Attempt
    workers: int
    lease: timedelta
    limit: int | None
    pause: Callable[[float], object]
    tell: Callable[[Outcome], None]
    counts: Counter[DeliveryState] = field(default_factory=Counter)
    unrendered: list[str] = field(default_factory=list)
    stopped_by: MailerError | None = None
    _in_flight: set[Future[Outcome]] = field(default_factory=set)
    _tries: Counter[str] = field(default_factory=Counter)
    _set_aside: set[str] = field(default_factory=set)
    _backoff: Backoff = field(default_factory=Backoff)
    _began_at: datetime | None = None
    _crash: BaseException | None = None

    @property
    def has_reached_limit(self) -> bool:
        """Tell whether as many deliveries as allowed were dealt with."""
        return self.limit is not None and self._dealt_with() >= self.limit

    def to_end(self, pool: ThreadPoolExecutor) -> None:
        """Go on until nothing is left to claim or nothing new may begin; leave no claim behind."""
        self._began_at = self.attempt.clock()
        try:
            while self._goes_on(pool):
                pass
        finally:
            self.attempt.closing.set()
            while self._in_flight:
                self._collect()
        if self._crash is not None:
            raise self._crash

    def _goes_on(self, pool: ThreadPoolExecutor) -> bool:
        if self._backoff.is_due and not self._in_flight:
            self._rest()
        if self.attempt.may_begin and not self._backoff.is_due:
            self._refill(pool)
        if self._in_flight:
            self._collect()
            return True
        return self._backoff.is_due and self.attempt.may_begin

    def _rest(self) -> None:
        error = self._backoff.gave_up
        if error is not None:
            self._halt(error)
        else:
            self.pause(self._backoff.next_pause_s())

    def _refill(self, pool: ThreadPoolExecutor) -> None:
        room = self._room()
        if room <= 0:
            return
        lease_until = self.attempt.clock() + self.lease
        for claim in self.attempt.ledger.claim(self.issue_id, limit=room, lease_until=lease_until):
            if claim.delivery.id in self._set_aside:
                self._hand_back(claim)
            else:
                self._in_flight.add(pool.submit(self.attempt.run, claim))

    def _room(self) -> int:
        """Return how many to claim now: together a quarter of a second's worth, or one a worker.

        They are claimed when half of the last ones are done, so that one durable write of the
        ledger serves many and no worker waits.
        """
        wanted = max(self.workers, min(int(self._rate_per_s() * BATCH_S), MAX_BATCH))
        busy = len(self._in_flight)
        room = wanted - busy if busy <= wanted // 2 else 0
        return room if self.limit is None else min(room, self.limit - self._dealt_with() - busy)

    def _rate_per_s(self) -> float:
        began_at = self._began_at or self.attempt.clock()
        elapsed_s = (self.attempt.clock() - began_at).total_seconds()
        return self.counts.total() / elapsed_s if elapsed_s > 0 else 0.0

    def _dealt_with(self) -> int:
        return self.counts.total() - self.counts[DeliveryState.PLANNED] + len(self._set_aside)

    def _hand_back(self, claim: Claim) -> None:
        self.attempt.ledger.settle(claim, DeliveryState.PLANNED)

    def _collect(self) -> None:
        done, self._in_flight = wait(self._in_flight, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if error is None:
                self._note(future.result())
            else:
                self._crash = self._crash or error
                self.attempt.closing.set()

    def _note(self, outcome: Outcome) -> None:
        # A row that was no longer ours had outlived its lease: the ledger has it as UNKNOWN.
        state = outcome.state if outcome.is_recorded else DeliveryState.UNKNOWN
        self.counts[state] += 1
        self._backoff.note(outcome)
        follows = outcome.consequence
        if follows is not None and follows.may_retry:
            self._count_try(outcome.delivery_id)
        if isinstance(outcome.error, RenderError):
            self.unrendered.append(outcome.delivery_id)
            self._set_aside.add(outcome.delivery_id)
        if follows is not None and follows.halts and isinstance(outcome.error, MailerError):
            self._halt(outcome.error)
        _log(outcome)
        self.tell(outcome)

    def _count_try(self, delivery_id: str) -> None:
        self._tries[delivery_id] += 1
        if self._tries[delivery_id] >= MAX_TRIES:
            self._set_aside.add(delivery_id)

    def _halt(self, error: MailerError) -> None:
        self.stopped_by = self.stopped_by or error
        self.attempt.closing.set()


def _log(outcome: Outcome) -> None:
    log = structlog.get_logger().bind(delivery_id=outcome.delivery_id, state=outcome.state.value)
    if outcome.error is not None:
        log.warning("delivery.failed", error=type(outcome.error).__name__, why=str(outcome.error))
    else:
        log.debug("delivery.settled", is_recorded=outcome.is_recorded)
