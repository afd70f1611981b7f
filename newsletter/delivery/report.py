"""What one run of ``deliver`` came to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newsletter.errors import MailerError, RenderError

EXIT_PARTIAL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What one run came to; the whole issue's story is the ledger's.

    Where only some deliveries were meant, the numbers are of those.

    Attributes:
        sent, rejected: this run's own deliveries.
        unknown: how many of the issue are UNKNOWN, by this run or an earlier one.
        skipped: how many of it are SKIPPED, when it was planned or later.
        left: how many of it are still PLANNED.
        parked: how many of the issue wait for the provider's quota; ``parked_until`` when it is
            worth trying again, and a run then goes on with them.
        unrendered: ids of deliveries whose mail broke our rules; they are still PLANNED.
        stopped_by: the error that ended the run early.
        was_interrupted: whether somebody asked it to stop.
        was_limited: whether it ended because it reached its limit.
        dealt_with: how many deliveries count towards that limit.
        why_left: why a mail was not sent that is left; None when none was tried in vain.
        per_second: the rate that was aimed at; 0 when there was none.
    """

    sent: int
    skipped: int
    rejected: int
    unknown: int
    left: int
    parked: int = 0
    parked_until: datetime | None = None
    unrendered: tuple[str, ...] = ()
    stopped_by: MailerError | None = None
    was_interrupted: bool = False
    was_limited: bool = False
    dealt_with: int = 0
    why_left: str | None = None
    per_second: float = 0.0

    @property
    def exit_code(self) -> int:
        """Return what the command ends with: 0 done, 3 partial, 69 mailer stopped, 70 our bug."""
        if self.unrendered:
            return RenderError.exit_code
        if self.stopped_by is not None:
            return self.stopped_by.exit_code
        is_left = self.left and not self.was_limited
        return EXIT_PARTIAL if self.rejected or self.unknown or self.parked or is_left else 0
