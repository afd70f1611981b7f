"""One run over an issue: keep the workers busy, record what they did, come to an end."""

from collections import Counter, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Final

from newsletter.delivery.attempt import MAX_REASON_CHARS, Attempt, Attempted
from newsletter.delivery.backoff import Backoff
from newsletter.delivery.crew import Crew
from newsletter.delivery.gather import gather
from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.rate import SendRate
from newsletter.delivery.watch import Watch
from newsletter.errors import MailerError, RenderError, StoreError
from newsletter.log import get_logger
from newsletter.model import Claim, DeliveryState
from newsletter.ports import Ledger

MAX_TRIES: Final = 5
MAX_BATCH: Final = 100
SPAN: Final = 20
"""Over how many writes of the ledger the rate that is reached is measured."""


@dataclass(slots=True, kw_only=True)
class Run:
    """The calling thread's side of a run; the workers' side is ``attempt``.

    Attributes:
        workers: how many attempts at once, at least.
        lease: how long a claim is ours.
        limit: how many deliveries at most; None for all.
        only: ids of the deliveries that may be sent; None for all.
        pause: waits that many seconds.
        tell: told each outcome.
        counts: state → how many deliveries of this run came to it.
        unrendered: ids whose mail broke the rules.
        stopped_by: the error that ended the run early.
    """

    issue_id: str
    ledger: Ledger
    attempt: Attempt
    rate: SendRate
    watch: Watch
    workers: int
    lease: timedelta
    limit: int | None
    only: Collection[str] | None
    pause: Callable[[float], object]
    tell: Callable[[Outcome], None]
    counts: Counter[DeliveryState] = field(default_factory=Counter)
    unrendered: list[str] = field(default_factory=list)
    stopped_by: MailerError | None = None
    _done: SimpleQueue[Attempted] = field(default_factory=SimpleQueue)
    _in_flight: int = 0
    _tries: Counter[str] = field(default_factory=Counter)
    _set_aside: dict[str, str] = field(default_factory=dict)
    _backoff: Backoff = field(default_factory=Backoff)
    _marks: deque[tuple[datetime, int]] = field(default_factory=lambda: deque(maxlen=SPAN))
    _crash: BaseException | None = None

    @property
    def has_reached_limit(self) -> bool:
        """Tell whether as many deliveries as allowed were dealt with."""
        return self.limit is not None and self.dealt_with >= self.limit

    @property
    def dealt_with(self) -> int:
        """Return how many deliveries count towards the limit: all that were not handed back."""
        refused = self.counts[DeliveryState.PLANNED] + self.counts[DeliveryState.PARKED]
        return self.counts.total() - refused + len(self._set_aside)

    @property
    def why_left(self) -> str | None:
        """Return why the last one was put aside that this run tries no more."""
        return next(reversed(self._set_aside.values()), None)

    def to_end(self, crew: Crew) -> None:
        """Go on until nothing is left to claim or nothing new may begin; leave no claim behind."""
        self._mark()
        try:
            while self._goes_on(crew):
                pass
        finally:
            self.attempt.closing.set()
            while self._in_flight:
                self._collect()
        if self._crash is not None:
            raise self._crash

    def _goes_on(self, crew: Crew) -> bool:
        if not self._in_flight:
            self._rest()
        if self.attempt.may_begin and not self._backoff.is_due:
            self._refill(crew)
        if self._in_flight:
            self._collect()
            return True
        return self._waits_for_more()

    def _waits_for_more(self) -> bool:
        """Tell whether claims may still follow although nothing is in flight."""
        return self.attempt.may_begin and (self._backoff.is_due or self.watch.is_waiting)

    def _rest(self) -> None:
        """Pause where a pause is due: after refusals, or until the first mails are heard of."""
        if self.attempt.may_begin and self.watch.is_waiting:
            self._stop_for(self.watch.wait(self.pause))
        if not self._backoff.is_due:
            return
        error = self._backoff.gave_up
        if error is not None:
            self._halt(error)
        elif self.attempt.may_begin:
            self.pause(self._backoff.next_pause_s())

    def _refill(self, crew: Crew) -> None:
        room = self._room()
        if room <= 0:
            return
        self.rate.refresh()
        lease_until = self.attempt.clock() + self.lease
        claims = self.ledger.claim(
            self.issue_id, limit=room, lease_until=lease_until, only=self.only
        )
        wanted = [claim for claim in claims if claim.delivery.id not in self._set_aside]
        self._in_flight += len(wanted)
        crew.hire_to(self.rate.workers_for(self.workers, reached_per_s=self._rate_per_s()))
        for claim in wanted:
            crew.add(claim)
        for claim in claims:
            if claim.delivery.id in self._set_aside:
                why = self._set_aside[claim.delivery.id]
                self.ledger.settle(claim, DeliveryState.PLANNED, reason=why)

    def work(self, claim: Claim) -> None:
        """Bring one claim to its end, in a worker's thread."""
        self._done.put(self.attempt.run(claim))

    def _room(self) -> int:
        """Return how many to claim now: together a part of a second's worth, or one a worker.

        They are claimed when half of the last ones are done, so that one durable write of the
        ledger serves many and no worker waits. A kill makes what is claimed UNKNOWN.
        """
        wanted, busy = self._wanted(), self._in_flight
        room = wanted - busy if busy <= wanted // 2 else 0
        room = min(room, self.watch.room(self.dealt_with + busy))
        return room if self.limit is None else min(room, self.limit - self.dealt_with - busy)

    def _wanted(self) -> int:
        return min(self.rate.claims_for(self.workers, reached_per_s=self._rate_per_s()), MAX_BATCH)

    def _rate_per_s(self) -> float:
        (first_at, before), (last_at, after) = self._marks[0], self._marks[-1]
        elapsed_s = (last_at - first_at).total_seconds()
        return (after - before) / elapsed_s if elapsed_s > 0 else 0.0

    def _mark(self) -> None:
        self._marks.append((self.attempt.clock(), self.counts.total()))

    def _collect(self) -> None:
        """Wait for a worker, and record all that have come back meanwhile in one write."""
        came_back = gather(
            self._done, at_most=min(self._in_flight, MAX_BATCH), hurry_below=self._wanted() // 2
        )
        self._in_flight -= len(came_back)
        try:
            answers = self.ledger.settle_all([each.settlement for each in came_back])
        except StoreError as error:
            self._end_by(error)
            return
        for each, is_recorded in zip(came_back, answers, strict=True):
            self.rate.note_reply(each.took_s)
            self._note(each.as_recorded(is_recorded=is_recorded))
            if each.crash is not None:
                self._end_by(each.crash)
        self._mark()

    def _note(self, outcome: Outcome) -> None:
        # A row that was no longer ours had outlived its lease: the ledger has it as UNKNOWN.
        state = outcome.state if outcome.is_recorded else DeliveryState.UNKNOWN
        self.counts[state] += 1
        self._backoff.note(outcome)
        self._learn(outcome)
        if isinstance(outcome.error, RenderError):
            self.unrendered.append(outcome.delivery_id)
            self._put_aside(outcome)
        self._stop_for(self.watch.note(outcome, self.attempt.clock()))
        _log(outcome)
        self.tell(outcome)

    def _learn(self, outcome: Outcome) -> None:
        follows = outcome.consequence
        if follows is None:
            return
        if follows.slows:
            self.rate.slow_down()
        if follows.may_retry and follows.is_attempt:
            self._count_try(outcome)
        if follows.halts and isinstance(outcome.error, MailerError):
            self._halt(outcome.error)

    def _count_try(self, outcome: Outcome) -> None:
        self._tries[outcome.delivery_id] += 1
        if self._tries[outcome.delivery_id] >= MAX_TRIES:
            self._put_aside(outcome)

    def _put_aside(self, outcome: Outcome) -> None:
        self._set_aside[outcome.delivery_id] = str(outcome.error)[:MAX_REASON_CHARS]

    def _stop_for(self, error: MailerError | None) -> None:
        if error is not None and self.stopped_by is None:
            self._halt(error)

    def _halt(self, error: MailerError) -> None:
        self.stopped_by = self.stopped_by or error
        self.attempt.closing.set()

    def _end_by(self, error: BaseException) -> None:
        self._crash = self._crash or error
        self.attempt.closing.set()


def _log(outcome: Outcome) -> None:
    log, error = get_logger(), outcome.error
    facts = {"delivery_id": outcome.delivery_id, "state": outcome.state.value}
    if error is not None:
        log.warning("delivery.failed", **facts, error=type(error).__name__, why=str(error))
    else:
        log.debug("delivery.settled", **facts, is_recorded=outcome.is_recorded)
