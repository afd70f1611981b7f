"""Local hours: when readers of a time zone get their mail."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from subscribers.model import Subscriber

HOURS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LocalHour:
    """A full hour in a time zone.

    Attributes:
        timezone: IANA name, as the readers' records have it.
        hour: 0 to 23.
    """

    timezone: str
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Slot:
    """A local hour of one day, and which announcement its readers get then.

    Attributes:
        announced_on: the newest announcement day that is out at that moment.
        local_on: the day in the readers' time zone.
    """

    announced_on: date
    hour: LocalHour
    local_on: date


def local_hour_of(subscriber: Subscriber) -> LocalHour:
    """Return the first full hour that is not before the reader's own: 07:00 → 7, 07:30 → 8."""
    at = subscriber.cadence.send_at
    late = int(at > time(at.hour))
    return LocalHour(timezone=subscriber.timezone, hour=(at.hour + late) % HOURS)
