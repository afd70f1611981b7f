"""How a run sends: what the settings and the operator decide."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DEADLINE: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPolicy:
    """Decisions that hold for a whole run.

    Attributes:
        rate_per_s: mails per second at most, beside the provider's own limit; 0 for none.
        spread: whether to begin with what the quota holds and leave the rest parked, where a
            run that does not fit would be refused.
        deadline: what was planned longer ago is not sent any more; None for no deadline.
        resend_silent: whether a mail of unknown outcome may be sent once more when no event
            speaks of it, though those of later mails arrive.
        canary_s: how long to wait for the events of the first mails of an issue; 0 for no wait.
            Only for mailers whose provider tells events.
    """

    rate_per_s: float = 0.0
    spread: bool = False
    deadline: timedelta | None = DEADLINE
    resend_silent: bool = False
    canary_s: float = 0.0
