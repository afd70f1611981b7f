"""Count bounces that may pass: a full mailbox is no reason to give a reader up, three are."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

STRIKES_TO_PAUSE: Final = 3.0
ISSUES_COUNTED: Final = 5
PAUSE: Final = timedelta(days=30)


class News(StrEnum):
    """What is heard of a mail that was handed over.

    BOUNCED_FOR_NOW: a full mailbox, or a passing fault. BOUNCED_UNCLEARLY: nobody knows why.
    CONTENT_REFUSED: the recipient's server does not want what is in it. REJECTED: the provider
    did not try. CALLED_NOT_SPAM: the recipient says so. LEFT: unsubscribed through the provider.
    """

    ACCEPTED = "accepted"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    BOUNCED_FOR_NOW = "bounced_for_now"
    BOUNCED_UNCLEARLY = "bounced_unclearly"
    BOUNCED_FOR_GOOD = "bounced_for_good"
    CONTENT_REFUSED = "content_refused"
    REJECTED = "rejected"
    COMPLAINED = "complained"
    CALLED_NOT_SPAM = "called_not_spam"
    LEFT = "left"


STRIKES: Final[Mapping[News, float]] = MappingProxyType(
    {News.BOUNCED_FOR_NOW: 1.0, News.BOUNCED_UNCLEARLY: 0.5}
)
"""What is heard → how much it counts; what is not here counts nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One piece of news about a mail to an address.

    Attributes:
        mail: tells mails apart; the same for all news of one issue's mail.
        at: when it happened, by the provider.
        is_new: whether it has not been acted upon yet.
    """

    news: News
    mail: str
    at: datetime
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftPause:
    """A rest for a mailbox that keeps bouncing.

    Attributes:
        since: the strike that was one too many.
        until: when mail is tried again.
        is_on: whether the reader is paused by it now.
    """

    since: datetime
    until: datetime
    is_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """What was heard of one mail, summed up.

    Attributes:
        first_at: orders the mails.
        was_delivered: then what bounced afterwards was an out-of-office answer.
        strikes: the heaviest of its bounces.
        struck_at: when the last of its bounces that count came.
    """

    first_at: datetime
    was_delivered: bool
    strikes: float
    struck_at: datetime


def latest_pause(heard: Iterable[Heard]) -> SoftPause | None:
    """Return the last pause that the bounces lead to; None when they lead to none.

    Three strikes within five mails, none delivered between them. After a pause, and after a
    delivery, counting starts anew. Order and repetition of ``heard`` do not matter.
    """
    pause: SoftPause | None = None
    window: deque[float] = deque(maxlen=ISSUES_COUNTED)
    for mail in _mails(heard):
        if mail.was_delivered:
            window.clear()
            continue
        window.append(mail.strikes)
        if mail.strikes and sum(window) >= STRIKES_TO_PAUSE:
            pause = SoftPause(since=mail.struck_at, until=mail.struck_at + PAUSE)
            window.clear()
    return pause


def _mails(heard: Iterable[Heard]) -> list[_Mail]:
    by_mail: dict[str, list[Heard]] = {}
    for each in heard:
        by_mail.setdefault(each.mail, []).append(each)
    summed = ((name, _summed(news)) for name, news in by_mail.items())
    return [mail for _, mail in sorted(summed, key=lambda pair: (pair[1].first_at, pair[0]))]


def _summed(news: Sequence[Heard]) -> _Mail:
    first_at = min(each.at for each in news)
    strikes = [each for each in news if each.news in STRIKES]
    return _Mail(
        first_at=first_at,
        was_delivered=any(each.news is News.DELIVERED for each in news),
        strikes=max((STRIKES[each.news] for each in strikes), default=0.0),
        struck_at=max((each.at for each in strikes), default=first_at),
    )
