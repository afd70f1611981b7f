"""What an attempt came to, and what it means for the delivery and for the run."""

from dataclasses import dataclass
from typing import Final

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
    QuotaExceededError,
    RenderError,
    SendingPausedError,
)
from newsletter.model import DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from an error.

    Attributes:
        state: where the delivery goes.
        may_retry: whether this run may try the delivery again.
        is_attempt: whether the try counts against the delivery.
        slows: whether the run waits even when other mails pass.
        halts: whether the run ends.
    """

    state: DeliveryState
    may_retry: bool = False
    is_attempt: bool = True
    slows: bool = False
    halts: bool = False


CONSEQUENCES: Final[tuple[tuple[type[Exception], Consequence], ...]] = (
    (MessageRejectedError, Consequence(state=DeliveryState.REJECTED)),
    (OutcomeUnknownError, Consequence(state=DeliveryState.UNKNOWN)),
    (
        MailerThrottledError,
        Consequence(state=DeliveryState.PLANNED, may_retry=True, is_attempt=False, slows=True),
    ),
    (MailerUnavailableError, Consequence(state=DeliveryState.PLANNED, may_retry=True)),
    (QuotaExceededError, Consequence(state=DeliveryState.PARKED, halts=True)),
    (SendingPausedError, Consequence(state=DeliveryState.PARKED, halts=True)),
    (MailerStoppedError, Consequence(state=DeliveryState.PLANNED, halts=True)),
    # A bug of ours must not cost the reader the mail: it goes out once the bug is gone.
    (RenderError, Consequence(state=DeliveryState.PLANNED)),
    # A kind of refusal nobody has thought of: nothing may be concluded from it.
    (MailerError, Consequence(state=DeliveryState.UNKNOWN)),
)
"""Error → what follows; the first that fits counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one attempt came to.

    Attributes:
        state: where the delivery went; PLANNED when it was handed back.
        error: what went wrong, if anything did.
        consequence: what follows from ``error``; None without one.
        is_recorded: whether the row was still ours to write.
    """

    delivery_id: str
    state: DeliveryState
    error: MailerError | RenderError | None = None
    consequence: Consequence | None = None
    is_recorded: bool = True


def consequence_of(error: MailerError | RenderError) -> Consequence:
    """Look the error up."""
    return next(follows for kind, follows in CONSEQUENCES if isinstance(error, kind))
