"""Decide what becomes of each row: nobody comes back by an import who left or was suppressed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from subscribers.address import parse
from subscribers.errors import SubscriberError
from subscribers.interests import Interests
from subscribers.lifecycle import pause, subscribe_directly, suppress, unsubscribe
from subscribers.model import Subscriber, SubscriberState
from subscribers.preferences import Preferences, parse_preferences
from subscribers.transfer.columns import ADDRESS, ONLY_EXPORTED, STATE
from subscribers.transfer.outcome import Outcome, OutcomeKind, Row, UnreadableRow

_GONE: Mapping[SubscriberState, str] = MappingProxyType(
    {
        SubscriberState.UNSUBSCRIBED: "this reader has unsubscribed, and stays so",
        SubscriberState.SUPPRESSED: "this address is suppressed, and stays so",
    }
)

_STEPS: Mapping[SubscriberState, Callable[[Subscriber], Subscriber]] = MappingProxyType(
    {
        SubscriberState.PAUSED: pause,
        SubscriberState.UNSUBSCRIBED: unsubscribe,
        SubscriberState.SUPPRESSED: suppress,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    address: str
    state: SubscriberState
    preferences: Preferences


def take_rows(
    rows: Iterable[Row | UnreadableRow],
    *,
    find: Callable[[str], Subscriber | None],
    template: Interests,
    new_id: Callable[[], str],
    now: datetime,
) -> Iterator[Outcome]:
    """Yield what becomes of each row, in order.

    Store the record of an outcome before the next one is asked for: then an address that is in
    the file twice is found the second time.

    Args:
        rows: as ``read_rows`` gives them.
        find: looks a normalised address up.
        template: the interests of new readers, where the row has none.
        new_id: makes a ULID.
        now: when the operator vouched for the new readers' consent.
    """
    for row in rows:
        try:
            if isinstance(row, UnreadableRow):
                yield Outcome(kind=OutcomeKind.REFUSED, line=row.line, reason=row.reason)
                continue
            wanted = _read(row)
            known = find(wanted.address)
            if known is None:
                record = _added(wanted, template=template, subscriber_id=new_id(), now=now)
                yield Outcome(kind=OutcomeKind.ADDED, line=row.line, subscriber=record)
            else:
                yield _updated(known, wanted, line=row.line)
        except SubscriberError as error:
            yield Outcome(kind=OutcomeKind.REFUSED, line=row.line, reason=str(error))


def _read(row: Row) -> _Wanted:
    cells = {name: cell for name, cell in row.cells.items() if name not in ONLY_EXPORTED}
    address, state = cells.pop(ADDRESS, ""), cells.pop(STATE, SubscriberState.ACTIVE)
    return _Wanted(
        address=parse(str(address)), state=_state(str(state)), preferences=parse_preferences(cells)
    )


def _state(text: str) -> SubscriberState:
    try:
        return SubscriberState(text.strip().lower())
    except ValueError as error:
        raise SubscriberError(
            f"state: {text[:20]!r} is none of {', '.join(SubscriberState)}"
        ) from error


def _added(
    wanted: _Wanted, *, template: Interests, subscriber_id: str, now: datetime
) -> Subscriber:
    record = subscribe_directly(
        wanted.address,
        subscriber_id=subscriber_id,
        template=template,
        preferences=wanted.preferences,
        now=now,
    )
    if wanted.state is SubscriberState.PENDING:
        return replace(record, state=SubscriberState.PENDING, confirmed_at=None)
    step = _STEPS.get(wanted.state)
    return step(record) if step else record


def _updated(known: Subscriber, wanted: _Wanted, *, line: int) -> Outcome:
    if known.state in _GONE:
        kind = OutcomeKind.UNCHANGED if wanted.state == known.state else OutcomeKind.REFUSED
        return Outcome(kind=kind, line=line, reason=_GONE[known.state])
    step = _STEPS.get(wanted.state)
    record = wanted.preferences.applied_to(step(known) if step else known)
    stays = record.state is not wanted.state and wanted.state is SubscriberState.ACTIVE
    reason = f"stays {record.state.value}" if stays else ""
    if record == known:
        return Outcome(kind=OutcomeKind.UNCHANGED, line=line, reason=reason)
    return Outcome(kind=OutcomeKind.UPDATED, line=line, subscriber=record, reason=reason)
