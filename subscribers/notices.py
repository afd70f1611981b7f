"""Mails about a subscription itself, and how many of them an address gets at most.

What a stranger can cause by typing somebody's address into a form is counted together: one mail
in 24 hours, whatever they type. What only the holder of a link can cause is counted by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

WINDOW: Final = timedelta(hours=24)


class NoticeKind(StrEnum):
    """What a notice is about.

    CONFIRM: press here and the mails begin. WELCOME: they have begun. GOODBYE: they have ended.
    RENEWAL: a new link to the preferences. MOVE_NEW, MOVE_OLD: a change of address, to the new
    and to the old one. EXPORT, ERASE: a link to take one's data, or have it deleted.
    """

    CONFIRM = "confirm"
    WELCOME = "welcome"
    GOODBYE = "goodbye"
    RENEWAL = "renewal"
    MOVE_NEW = "move_new"
    MOVE_OLD = "move_old"
    EXPORT = "export"
    ERASE = "erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLimit:
    """At most ``count`` notices of these kinds to one address in 24 hours."""

    kinds: frozenset[NoticeKind]
    count: int


_BY_STRANGERS = frozenset({NoticeKind.CONFIRM, NoticeKind.RENEWAL, NoticeKind.MOVE_NEW})
_DATA = frozenset({NoticeKind.EXPORT, NoticeKind.ERASE})

LIMITS: Final[Mapping[NoticeKind, NoticeLimit]] = MappingProxyType(
    {
        **dict.fromkeys(_BY_STRANGERS, NoticeLimit(kinds=_BY_STRANGERS, count=1)),
        **dict.fromkeys(_DATA, NoticeLimit(kinds=_DATA, count=3)),
        NoticeKind.WELCOME: NoticeLimit(kinds=frozenset({NoticeKind.WELCOME}), count=1),
        NoticeKind.GOODBYE: NoticeLimit(kinds=frozenset({NoticeKind.GOODBYE}), count=1),
        NoticeKind.MOVE_OLD: NoticeLimit(kinds=frozenset({NoticeKind.MOVE_OLD}), count=3),
    }
)
"""Kind → what it is counted with."""


class NoticeState(StrEnum):
    """What became of a notice.

    QUEUED → SENDING → SENT, or FAILED (refused for good), or UNKNOWN (it may have been accepted:
    never repeated). DROPPED: too many, or nobody may be written to.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail about a subscription.

    Attributes:
        id: ULID.
        subscriber_id: whom it is about; None for a mail that is only counted, never sent.
        address: where it goes; forgotten when it is sent.
        detail: the id of an address change, where it is about one.
    """

    id: str
    kind: NoticeKind
    subscriber_id: str | None
    address: str
    requested_at: datetime
    detail: str = ""
