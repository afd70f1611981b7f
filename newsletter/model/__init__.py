"""The words of the job: from Paper to Delivery. Values only, no behaviour beyond what is derived.

Instants are UTC and end in ``_at``; days are arXiv's (US Eastern) and end in ``_on``.
"""

from newsletter.model.announcement import (
    Announcement,
    Batch,
    BatchState,
    Paper,
    SetAside,
    SourceName,
)
from newsletter.model.delivery import (
    Claim,
    Delivery,
    DeliveryState,
    Envelope,
    Message,
    Receipt,
    SkipReason,
)
from newsletter.model.event import (
    BounceType,
    DeliveryChange,
    DeliveryEvent,
    EventKind,
    EventRecipient,
    KeptEvent,
    MalformedEvent,
    UnreadableEvent,
    UnusedEvent,
)
from newsletter.model.issue import Digest, Entry, Issue, IssueState
from newsletter.model.quota import SendQuota
from newsletter.model.score import Pick, Reason, ReasonKind, Score, Signal
from subscribers.interests import AnnounceType

__all__ = [
    "AnnounceType",
    "Announcement",
    "Batch",
    "BatchState",
    "BounceType",
    "Claim",
    "Delivery",
    "DeliveryChange",
    "DeliveryEvent",
    "DeliveryState",
    "Digest",
    "Entry",
    "Envelope",
    "EventKind",
    "EventRecipient",
    "Issue",
    "IssueState",
    "KeptEvent",
    "MalformedEvent",
    "Message",
    "Paper",
    "Pick",
    "Reason",
    "ReasonKind",
    "Receipt",
    "Score",
    "SendQuota",
    "SetAside",
    "Signal",
    "SkipReason",
    "SourceName",
    "UnreadableEvent",
    "UnusedEvent",
]
