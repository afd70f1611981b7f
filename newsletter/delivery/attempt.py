"""One attempt: compose, hand over, record. Runs in a worker thread."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypedDict, Unpack

from newsletter.delivery.outcomes import Outcome, consequence_of
from newsletter.errors import MailerError, RenderError
from newsletter.model import Claim, DeliveryState, Envelope, Receipt
from newsletter.ports import Clock, Ledger, Mailer

MAX_REASON_CHARS: Final = 500

Compose = Callable[[Claim], Envelope]
"""Make the finished mail of a claim; raise ``RenderError`` when it breaks the rules."""


class _Details(TypedDict, total=False):
    receipt: Receipt
    reason: str
    body_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Make attempts; shared by the workers.

    Attributes:
        stop: set by others when nothing new may begin.
        closing: set by the run for the same.
    """

    ledger: Ledger
    mailer: Mailer
    compose: Compose
    clock: Clock
    stop: threading.Event
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def may_begin(self) -> bool:
        """Tell whether claims may be tried; else they are handed back."""
        return not (self.closing.is_set() or self.stop.is_set())

    def run(self, claim: Claim) -> Outcome:
        """Bring one claim to its outcome; raise only what nobody expects."""
        try:
            envelope = self.compose(claim) if self.may_begin else None
        except RenderError as error:
            return self._failed(claim, error)
        except BaseException:
            self._record(claim, DeliveryState.PLANNED)
            raise
        if envelope is None or self._is_too_late(claim):
            return self._record(claim, DeliveryState.PLANNED)
        return self._hand_over(claim, envelope)

    def _hand_over(self, claim: Claim, envelope: Envelope) -> Outcome:
        sha256 = hashlib.sha256(envelope.raw).hexdigest()
        try:
            receipt = self.mailer.send(envelope)
        except MailerError as error:
            return self._failed(claim, error, sha256)
        except BaseException as error:
            reason = f"{type(error).__name__} while it was handed over"
            self._record(claim, DeliveryState.UNKNOWN, reason=reason, body_sha256=sha256)
            raise
        return self._record(claim, DeliveryState.SENT, receipt=receipt, body_sha256=sha256)

    def _is_too_late(self, claim: Claim) -> bool:
        """Tell whether the lease ran out before the mail was handed over: then it is not."""
        lease_until = claim.delivery.lease_until
        return lease_until is not None and lease_until <= self.clock()

    def _failed(
        self, claim: Claim, error: MailerError | RenderError, sha256: str | None = None
    ) -> Outcome:
        state = consequence_of(error).state
        was_handed_over = state is not DeliveryState.PLANNED
        return self._record(
            claim,
            state,
            error=error,
            reason=str(error)[:MAX_REASON_CHARS],
            body_sha256=sha256 if was_handed_over else None,
        )

    def _record(
        self,
        claim: Claim,
        state: DeliveryState,
        *,
        error: MailerError | RenderError | None = None,
        **details: Unpack[_Details],
    ) -> Outcome:
        is_recorded = self.ledger.settle(claim, state, **details)
        return Outcome(
            delivery_id=claim.delivery.id,
            state=state,
            error=error,
            consequence=consequence_of(error) if error else None,
            is_recorded=is_recorded,
        )
