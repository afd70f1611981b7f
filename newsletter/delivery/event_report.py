"""What came of a batch of events."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from newsletter.model import DeliveryState

EXIT_PARTIAL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """What was received, and what it changed; reports add up.

    Attributes:
        payloads: how many messages or lines came.
        new, repeated: events that were not, and that were, here before.
        unused: well-formed events that change nothing.
        unreadable: what was not understood and set aside.
        alarms: new events that are our own fault: refused for their content, or rejected.
        changes: state → how many deliveries came to it.
        suppressed: addresses, whether anybody has them or not; the others are readers.
        resumed: readers whose pause is over or was no pause after all.
    """

    payloads: int = 0
    new: int = 0
    repeated: int = 0
    unused: int = 0
    unreadable: int = 0
    alarms: int = 0
    changes: Mapping[DeliveryState, int] = field(default_factory=dict)
    suppressed: int = 0
    unsubscribed: int = 0
    paused: int = 0
    resumed: int = 0

    def __add__(self, other: "EventReport") -> "EventReport":
        return EventReport(
            payloads=self.payloads + other.payloads,
            new=self.new + other.new,
            repeated=self.repeated + other.repeated,
            unused=self.unused + other.unused,
            unreadable=self.unreadable + other.unreadable,
            alarms=self.alarms + other.alarms,
            changes=dict(Counter(self.changes) + Counter(other.changes)),
            suppressed=self.suppressed + other.suppressed,
            unsubscribed=self.unsubscribed + other.unsubscribed,
            paused=self.paused + other.paused,
            resumed=self.resumed + other.resumed,
        )

    @property
    def exit_code(self) -> int:
        """Return what the command ends with: 3 when something was not understood."""
        return EXIT_PARTIAL if self.unreadable else 0
