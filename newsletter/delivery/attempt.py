"""One attempt: compose, wait for its moment, hand over. Runs in a worker thread."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypedDict, Unpack

from newsletter.delivery.outcomes import Consequence, Outcome, consequence_of
from newsletter.errors import MailerError, RenderError
from newsletter.model import Claim, DeliveryState, Envelope, Receipt, Settlement
from newsletter.ports import Clock, Mailer

MAX_REASON_CHARS: Final = 500

Compose = Callable[[Claim], Envelope]
"""Make the finished mail of a claim; raise ``RenderError`` when it breaks the rules."""


class _Details(TypedDict, total=False):
    receipt: Receipt
    reason: str
    body_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """What a worker came back with; it counts once the ledger has it.

    Attributes:
        took_s: how long the mailer took, in seconds; None when it was not asked.
        error: what went wrong, if anything did.
        crash: a bug, which ends the run.
    """

    settlement: Settlement
    took_s: float | None = None
    error: MailerError | RenderError | None = None
    crash: BaseException | None = None

    def as_recorded(self, *, is_recorded: bool) -> Outcome:
        """Return what came of it; ``is_recorded`` tells whether the row was still ours."""
        return Outcome(
            delivery_id=self.settlement.claim.delivery.id,
            state=self.settlement.state,
            error=self.error,
            consequence=self._consequence,
            is_recorded=is_recorded,
        )

    @property
    def _consequence(self) -> Consequence | None:
        return consequence_of(self.error) if self.error else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Make attempts; shared by the workers.

    Attributes:
        stop: set by others when nothing new may begin.
        closing: set by the run for the same.
        wait_for_turn: returns when the next mail may go, or what it is given says no.
    """

    mailer: Mailer
    compose: Compose
    clock: Clock
    stop: threading.Event
    wait_for_turn: Callable[[Callable[[], bool]], None]
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def may_begin(self) -> bool:
        """Tell whether claims may be tried; else they are handed back."""
        return not (self.closing.is_set() or self.stop.is_set())

    def run(self, claim: Claim) -> Attempted:
        """Bring one claim to its end; never raise."""
        try:
            envelope = self._prepare(claim)
        except RenderError as error:
            return self._failed(claim, error)
        except BaseException as error:  # noqa: BLE001 - the edge of the thread: told to the run
            return self._handed_back(claim, crash=error)
        if envelope is None or not self.may_begin or self._is_too_late(claim):
            return self._handed_back(claim)
        began = time.monotonic()
        attempted = self._hand_over(claim, envelope)
        return replace(attempted, took_s=time.monotonic() - began)

    def _prepare(self, claim: Claim) -> Envelope | None:
        """Compose the mail and wait for its turn; None when nothing may begin any more."""
        if not self.may_begin:
            return None
        envelope = self.compose(claim)
        self.wait_for_turn(lambda: self.may_begin)
        return envelope

    def _hand_over(self, claim: Claim, envelope: Envelope) -> Attempted:
        sha256 = hashlib.sha256(envelope.raw).hexdigest()
        try:
            receipt = self.mailer.send(envelope)
        except MailerError as error:
            return self._failed(claim, error, sha256)
        except BaseException as error:  # noqa: BLE001 - the edge of the thread: told to the run
            reason = f"{type(error).__name__} while it was handed over"
            unknown = DeliveryState.UNKNOWN
            return self._ended(claim, unknown, crash=error, reason=reason, body_sha256=sha256)
        return self._ended(claim, DeliveryState.SENT, receipt=receipt, body_sha256=sha256)

    def _is_too_late(self, claim: Claim) -> bool:
        """Tell whether the lease ran out before the mail was handed over: then it is not."""
        lease_until = claim.delivery.lease_until
        return lease_until is not None and lease_until <= self.clock()

    def _failed(
        self, claim: Claim, error: MailerError | RenderError, sha256: str | None = None
    ) -> Attempted:
        state = consequence_of(error).state
        was_refused = state in {DeliveryState.PLANNED, DeliveryState.PARKED}
        return self._ended(
            claim,
            state,
            error=error,
            reason=str(error)[:MAX_REASON_CHARS],
            body_sha256=None if was_refused else sha256,
        )

    def _handed_back(self, claim: Claim, *, crash: BaseException | None = None) -> Attempted:
        """Leave the mail to a later run, with the reason that it had before."""
        reason = claim.delivery.reason
        details: _Details = {"reason": reason} if reason else {}
        return self._ended(claim, DeliveryState.PLANNED, crash=crash, **details)

    def _ended(
        self,
        claim: Claim,
        state: DeliveryState,
        *,
        error: MailerError | RenderError | None = None,
        crash: BaseException | None = None,
        **details: Unpack[_Details],
    ) -> Attempted:
        settlement = Settlement(claim=claim, state=state, at=self.clock(), **details)
        return Attempted(settlement=settlement, error=error, crash=crash)
