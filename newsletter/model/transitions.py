"""Which state of a delivery may follow which: one table, kept to by every store."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from newsletter.model.delivery import DeliveryState

_D = DeliveryState

FIRST_STATES: Final = frozenset({_D.PLANNED, _D.SKIPPED})
"""States a delivery may be planned in: SKIPPED when there is nothing to say."""

TRANSITIONS: Final[Mapping[DeliveryState, frozenset[DeliveryState]]] = MappingProxyType(
    {
        # To SENT without a claim: an event proves that an earlier attempt was accepted after all.
        _D.PLANNED: frozenset({_D.SENDING, _D.SKIPPED, _D.PARKED, _D.SENT}),
        _D.SENDING: frozenset({_D.SENT, _D.REJECTED, _D.PLANNED, _D.PARKED, _D.UNKNOWN}),
        # To SENT by proof of acceptance. Back to PLANNED only by a decision that is written down:
        # an operator's, or the policy's after long silence of a stream of events that is alive.
        _D.UNKNOWN: frozenset({_D.SENT, _D.PLANNED}),
        _D.PARKED: frozenset({_D.PLANNED, _D.SKIPPED, _D.SENT}),
        # Providers look into a mail after they accepted it: a virus is rejected then.
        _D.SENT: frozenset({_D.DELIVERED, _D.DELAYED, _D.BOUNCED, _D.COMPLAINED, _D.REJECTED}),
        _D.DELAYED: frozenset({_D.DELIVERED, _D.BOUNCED, _D.COMPLAINED, _D.REJECTED}),
        # A mailbox may bounce what its gateway took, and people complain about mail they have.
        _D.DELIVERED: frozenset({_D.BOUNCED, _D.COMPLAINED}),
        # An out-of-office answer looks like a bounce until the word of the delivery comes in.
        _D.BOUNCED: frozenset({_D.DELIVERED, _D.COMPLAINED}),
        _D.COMPLAINED: frozenset(),
        # What became of a mail is stronger than our word, or another's, that it was refused.
        _D.REJECTED: frozenset({_D.DELIVERED, _D.BOUNCED, _D.COMPLAINED}),
        _D.SKIPPED: frozenset(),
    }
)
"""State → the states that may come next."""

END_STATES: Final = frozenset(
    {
        _D.SENT,
        _D.DELIVERED,
        _D.DELAYED,
        _D.BOUNCED,
        _D.COMPLAINED,
        _D.REJECTED,
        _D.UNKNOWN,
        _D.SKIPPED,
    }
)
"""States in which nothing is left for the job to do; the others are still to be sent."""


def may_follow(before: DeliveryState, after: DeliveryState) -> bool:
    """Tell whether a delivery may go from ``before`` to ``after``."""
    return after in TRANSITIONS[before]
