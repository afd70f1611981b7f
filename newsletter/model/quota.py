"""What a provider lets us send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SendQuota:
    """The provider's limits, as of the moment they were asked for.

    Attributes:
        max_per_second: mails; counted by recipient.
        max_per_day: mails in any 24 hours; None when there is no such limit.
        sent_last_day: mails of the last 24 hours, by anybody who uses the account.
        sending_enabled: False while the account or its region is paused.
        production_access: False in the sandbox, which sends to verified addresses only.
        standing: the provider's word for the account: ``HEALTHY``, ``PROBATION``, ``SHUTDOWN``.
    """

    max_per_second: float
    max_per_day: int | None
    sent_last_day: int
    sending_enabled: bool
    production_access: bool
    standing: str = ""

    @property
    def left_today(self) -> int | None:
        """Return how many mails the 24 hours still hold; None when there is no limit."""
        if self.max_per_day is None:
            return None
        return max(0, self.max_per_day - self.sent_last_day)
