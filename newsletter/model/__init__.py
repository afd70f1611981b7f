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
    Settlement,
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
    QueueMessage,
    UnreadableEvent,
    UnusedEvent,
)
from newsletter.model.issue import Digest, Entry, Issue, IssueProgress, IssueState
from newsletter.model.quota import SendQuota
from newsletter.model.score import Pick, Reason, ReasonKind, Score, Signal
from newsletter.model.summary import (
    ResultTable,
    Summary,
    SummaryEstimate,
    SummaryFault,
    SummaryKey,
    SummaryOrigin,
    SummaryRun,
    SummaryText,
    Usage,
)
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
    "IssueProgress",
    "IssueState",
    "KeptEvent",
    "MalformedEvent",
    "Message",
    "Paper",
    "Pick",
    "QueueMessage",
    "Reason",
    "ReasonKind",
    "Receipt",
    "ResultTable",
    "Score",
    "SendQuota",
    "SetAside",
    "Settlement",
    "Signal",
    "SkipReason",
    "SourceName",
    "Summary",
    "SummaryEstimate",
    "SummaryFault",
    "SummaryKey",
    "SummaryOrigin",
    "SummaryRun",
    "SummaryText",
    "UnreadableEvent",
    "UnusedEvent",
    "Usage",
]
