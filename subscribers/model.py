"""The record of a subscriber: states, cadence, consent."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from subscribers.interests import Interests


class SubscriberState(StrEnum):
    """Where a subscriber stands; only ACTIVE ones get mail."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


class Frequency(StrEnum):
    """How often a digest is due."""

    DAILY = "daily"
    WEEKDAYS = "weekdays"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When digests are due, in the reader's own time zone.

    Attributes:
        frequency: DAILY is every announcement day, WEEKDAYS leaves out local weekends.
        weekday: for WEEKLY, 0 is Monday; ignored otherwise.
        send_at: local time of day from which the digest is due.
    """

    frequency: Frequency = Frequency.DAILY
    weekday: int = 0
    send_at: time = time(7, 0)

    def includes(self, local_day: date) -> bool:
        """Tell whether a digest is due on this local day."""
        match self.frequency:
            case Frequency.WEEKDAYS:
                return local_day.weekday() < 5
            case Frequency.WEEKLY:
                return local_day.weekday() == self.weekday
            case _:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One person on the list.

    Attributes:
        id: ULID; never shown outside.
        address: the one place where the address stands, normalised.
        interests: what to rank by.
        language: BCP 47 tag of the mails' labels.
        timezone: IANA name.
        created_at, confirmed_at: UTC instants; not confirmed means no mail.
        paused_until: the reader's own day on which a pause ends; None is until they say so.
        revision: grows with each change; guards against lost updates.
        generation: grows on change of address; older manage links stop working.
    """

    id: str
    address: str
    state: SubscriberState
    interests: Interests
    cadence: Cadence = field(default_factory=Cadence)
    language: str = "en"
    timezone: str = "UTC"
    created_at: datetime
    confirmed_at: datetime | None = None
    revision: int = 1
    generation: int = 1
    paused_until: date | None = None
