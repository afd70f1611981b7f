"""Who gets no more mail, and why: what is heard of a mail, and what follows for its reader.

All here is a function of everything that was heard, whatever its order and however often each
piece of it came. Suppressions grow only stronger; soft bounces are counted anew each time.

Source of the bounce types: https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from subscribers.model import SubscriberState
from subscribers.soft_bounces import Heard, News, SoftPause, latest_pause

_S = SubscriberState


class Effect(StrEnum):
    """What follows for the reader.

    RECORD: nothing, it is kept. COUNT: the soft bounces are counted anew. SUPPRESS: no more mail,
    the address is dead. SUPPRESS_FOR_GOOD: no more mail, the reader objects. UNSUBSCRIBE: as if
    the reader had left. ALERT: the fault is ours, an operator must look.
    """

    RECORD = "record"
    COUNT = "count"
    SUPPRESS = "suppress"
    SUPPRESS_FOR_GOOD = "suppress_for_good"
    UNSUBSCRIBE = "unsubscribe"
    ALERT = "alert"


EFFECTS: Mapping[News, Effect] = MappingProxyType(
    {
        News.ACCEPTED: Effect.RECORD,
        News.DELAYED: Effect.RECORD,
        News.DELIVERED: Effect.COUNT,
        News.BOUNCED_FOR_NOW: Effect.COUNT,
        News.BOUNCED_UNCLEARLY: Effect.COUNT,
        News.BOUNCED_FOR_GOOD: Effect.SUPPRESS,
        # Too long, or refused for what is in it: nothing is wrong with the mailbox.
        News.CONTENT_REFUSED: Effect.ALERT,
        News.REJECTED: Effect.ALERT,
        News.COMPLAINED: Effect.SUPPRESS_FOR_GOOD,
        # The reader took the mail out of the spam folder.
        News.CALLED_NOT_SPAM: Effect.RECORD,
        News.LEFT: Effect.UNSUBSCRIBE,
    }
)
"""What is heard → what follows."""


class SuppressionReason(StrEnum):
    """Why an address gets no mail; the later in this list, the stronger.

    BOUNCE: it does not exist, says its server. MANUAL: an operator said so. ERASED: its owner
    wants to be forgotten. COMPLAINT: its owner called our mail spam.
    """

    BOUNCE = "bounce"
    MANUAL = "manual"
    ERASED = "erased"
    COMPLAINT = "complaint"

    @property
    def strength(self) -> int:
        """Order reasons by strength, 0 is the weakest."""
        return tuple(SuppressionReason).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that gets no mail, whoever adds it.

    Attributes:
        since: the first instant at which there was this reason.
        state_before: what the reader would be without it; None when nobody has this address.
    """

    reason: SuppressionReason
    since: datetime
    state_before: SubscriberState | None = None

    @property
    def is_for_good(self) -> bool:
        """Tell whether only its owner's wish may end it."""
        return self.reason in (SuppressionReason.COMPLAINT, SuppressionReason.ERASED)

    def merged(self, other: "Suppression | None") -> "Suppression":
        """Return the stronger of both, the older where they are equally strong."""
        if other is None:
            return self
        ours = (self.reason.strength, -self.since.timestamp())
        theirs = (other.reason.strength, -other.since.timestamp())
        return replace(self if ours >= theirs else other, state_before=self.state_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedAddress:
    """A suppression as it is listed.

    Attributes:
        address_hash: keyed, 64 hexadecimal digits; all there is of who was erased.
        address: of its subscriber; None when nobody has it.
    """

    address_hash: str
    suppression: Suppression
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known about an address, beside what was heard.

    Attributes:
        state: of its subscriber; None when nobody has it.
        suppression: in force, if there is one.
        pause: the last one that soft bounces led to.
    """

    state: SubscriberState | None = None
    suppression: Suppression | None = None
    pause: SoftPause | None = None

    @property
    def own_state(self) -> SubscriberState | None:
        """Return what the reader would be without suppression and pause."""
        if self.state is _S.SUPPRESSED:
            before = self.suppression.state_before if self.suppression else None
            return before or _S.UNSUBSCRIBED
        if self.state is _S.PAUSED and self.pause is not None and self.pause.is_on:
            return _S.ACTIVE
        return self.state


def decide(standing: Standing, heard: Iterable[Heard], *, now: datetime) -> Standing:
    """Return where an address stands after all that was heard.

    What is new counts once for suppression and leaving, so that a suppression which was lifted
    and a reader who came back are not undone by old news. Soft bounces are counted over all.

    Args:
        standing: where it stands now.
        heard: everything that is kept about its mails, new or not, in any order.
        now: pauses that would be over by now are not begun.
    """
    all_heard = tuple(heard)
    fresh = [each for each in all_heard if each.is_new]
    own = standing.own_state
    if own is not None and any(EFFECTS[each.news] is Effect.UNSUBSCRIBE for each in fresh):
        own = _S.UNSUBSCRIBED
    suppression = standing.suppression
    for each in fresh:
        found = _suppression_by(each)
        suppression = found.merged(suppression) if found else suppression
    if suppression is not None:
        suppression = replace(suppression, state_before=own)
    pause = _next_pause(standing, latest_pause(all_heard), own=own, now=now)
    if suppression is not None or own is not _S.ACTIVE:
        pause = _off(pause)
    return Standing(state=_overlaid(own, suppression, pause), suppression=suppression, pause=pause)


def end_pause(standing: Standing, *, now: datetime) -> Standing:
    """Let a reader have mail again when the pause that bounces led to is over by ``now``."""
    pause = standing.pause
    if pause is None or not pause.is_on or now < pause.until:
        return standing
    ended = _off(pause)
    state = _overlaid(standing.own_state, standing.suppression, ended)
    return replace(standing, state=state, pause=ended)


def suppress(standing: Standing, reason: SuppressionReason, *, now: datetime) -> Standing:
    """Suppress an address by hand; a stronger reason stays."""
    new = Suppression(reason=reason, since=now, state_before=standing.own_state)
    suppression = new.merged(standing.suppression)
    state = _overlaid(standing.own_state, suppression, None)
    return Standing(state=state, suppression=suppression, pause=_off(standing.pause))


def lift(standing: Standing) -> Standing:
    """Let an address have mail again: its reader is what they were before."""
    return Standing(state=standing.own_state, suppression=None, pause=_off(standing.pause))


def leave(standing: Standing) -> Standing:
    """Note that a suppressed reader has left: lifting will not bring them back."""
    if standing.suppression is None or standing.state is None:
        return standing
    left = replace(standing.suppression, state_before=_S.UNSUBSCRIBED)
    return replace(standing, suppression=left)


def _suppression_by(heard: Heard) -> Suppression | None:
    match EFFECTS[heard.news]:
        case Effect.SUPPRESS:
            return Suppression(reason=SuppressionReason.BOUNCE, since=heard.at)
        case Effect.SUPPRESS_FOR_GOOD:
            return Suppression(reason=SuppressionReason.COMPLAINT, since=heard.at)
    return None


def _next_pause(
    standing: Standing,
    wanted: SoftPause | None,
    *,
    own: SubscriberState | None,
    now: datetime,
) -> SoftPause | None:
    """Say whether the pause that the counting wants is on.

    One that is over, or that the reader has ended, does not begin again until there are new
    strikes.
    """
    if wanted is None or wanted.until <= now or own is not _S.ACTIVE:
        return _off(wanted)
    last = standing.pause
    is_kept = last is not None and last.is_on and standing.state is not _S.ACTIVE
    is_newer = last is None or wanted.since > last.since
    return wanted if is_kept or is_newer else _off(wanted)


def _off(pause: SoftPause | None) -> SoftPause | None:
    return None if pause is None else replace(pause, is_on=False)


def _overlaid(
    own: SubscriberState | None, suppression: Suppression | None, pause: SoftPause | None
) -> SubscriberState | None:
    if own is None:
        return None
    if suppression is not None:
        return _S.SUPPRESSED
    return _S.PAUSED if own is _S.ACTIVE and pause is not None and pause.is_on else own
