"""Local hours, and what of an announcement day is done, on DynamoDB."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from newsletter.model.slot import LocalHour, Slot, local_hour_of
from newsletter.slot_ports import ReaderPage
from newsletter.stores.codec import DECODE_ERRORS, to_instant
from newsletter.stores.dynamodb.actions import delete, put
from newsletter.stores.dynamodb.faults import ConditionFailedError, damaged
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.tables import (
    ACTIVE_INDEX,
    EXPIRES_AT,
    READER_SHARDS,
    expires_at,
    hour_gpk,
    key,
)
from subscribers.model import SubscriberState

KEPT: Final = timedelta(days=60)
"""For how long progress is kept; ``forget`` has nothing to do."""


class DynamoSlots:
    """``slot_ports.SlotStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._dynamo = people.dynamo
        self._table = people.table

    def hours(self) -> tuple[LocalHour, ...]:
        """Return the local hours in which anybody is or was ACTIVE, in order."""
        return tuple(sorted(_hour(item["sk"]) for item in self._all("Z#hours")))

    def readers_in(self, hour: LocalHour, *, after: str | None = None, limit: int) -> ReaderPage:
        """Return up to ``limit`` ACTIVE readers of an hour, place by place of the index.

        The index lags a moment behind: who has just come to this hour may not be found yet, who
        has left it is not among them.
        """
        ids, next_place = self._ids_in(hour, _place(after), limit)
        stored = self._people.read_all(ids)
        found = (stored[each].subscriber for each in ids if each in stored)
        readers = tuple(
            each
            for each in found
            if each.state is SubscriberState.ACTIVE and local_hour_of(each) == hour
        )
        return ReaderPage(readers, next_place)

    def set_ready(self, issue_id: str, bundle: str) -> None:
        """Note that an issue may be sent, and the name of its bundle; a later one replaces it."""
        self._dynamo.write(put(self._table, _ready_key(issue_id), {"bundle": bundle}))

    def ready(self, issue_id: str) -> str | None:
        """Return the name of an issue's bundle; None while it may not be sent."""
        item = self._dynamo.get(self._table, _ready_key(issue_id))
        return str(item["bundle"]) if item else None

    def note_progress(self, slot: Slot, *, after: str | None) -> None:
        """Note that a slot was planned up to ``after`` of its readers; None is all of them."""
        day = slot.announced_on
        place = key(_day_pk(day), f"{_hour_sk(slot.hour)}#{slot.local_on.isoformat()}")
        midnight = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
        item = {"after": after, EXPIRES_AT: expires_at(midnight + KEPT)}
        self._dynamo.write(put(self._table, place, item))

    def progress(self, announced_on: date) -> Mapping[Slot, str | None]:
        """Return the slots of an announcement day that were begun, and up to where."""
        found: dict[Slot, str | None] = {}
        for item in self._all(_day_pk(announced_on)):
            hour, _, local_on = str(item["sk"]).rpartition("#")
            slot = Slot(
                announced_on=announced_on,
                hour=_hour(hour),
                local_on=date.fromisoformat(local_on),
            )
            found[slot] = item.get("after")
        return found

    def lock(self, name: str, *, now: datetime, until: datetime) -> bool:
        """Take the lock of this name until an instant; False when somebody has it."""
        taking = put(
            self._table,
            _lock_key(name),
            {"free_at": to_instant(until)},
            condition="attribute_not_exists(pk) OR free_at <= :now",
            values={"now": to_instant(now)},
        )
        try:
            self._dynamo.transact([taking])
        except ConditionFailedError:
            return False
        return True

    def unlock(self, name: str, *, until: datetime) -> None:
        """Give back the lock that was taken with just this ``until``; any other is left alone."""
        ours = {"ours": to_instant(until)}
        giving = delete(self._table, _lock_key(name), condition="free_at = :ours", values=ours)
        try:
            self._dynamo.transact([giving])
        except ConditionFailedError:
            return

    def forget(self, before: date) -> int:  # noqa: ARG002 - the port's
        """Return 0: what is noted goes by itself after 60 days."""
        return 0

    def _ids_in(
        self, hour: LocalHour, place: tuple[int, str], limit: int
    ) -> tuple[list[str], str | None]:
        """Return up to ``limit`` ids from a place on, and the place where the next begin."""
        shard, last = place
        ids: list[str] = []
        while shard < READER_SHARDS:
            if len(ids) >= limit:
                return ids, f"{shard}#{last}"
            page = self._dynamo.query(
                self._table,
                "gpk = :gpk AND gsk > :last",
                values={"gpk": hour_gpk(hour.timezone, hour.hour, shard), "last": last or " "},
                index=ACTIVE_INDEX,
                limit=limit - len(ids),
            )
            ids += [item["gsk"] for item in page.items]
            if page.after is None:
                shard, last = shard + 1, ""
            elif page.items:
                last = page.items[-1]["gsk"]
        return ids, None

    def _all(self, pk: str) -> list[dict[str, Any]]:
        """Read a whole place: hours and slots are a few thousand at most."""
        found: list[dict[str, Any]] = []
        after: Item | None = None
        while True:
            page = self._dynamo.query(self._table, "pk = :pk", values={"pk": pk}, after=after)
            found += page.items
            after = page.after
            if after is None:
                return found


def _place(after: str | None) -> tuple[int, str]:
    """Read where a page begins: a place of the index, and the id it comes after."""
    shard, _, last = (after or "0#").partition("#")
    return int(shard), last


def _hour_sk(hour: LocalHour) -> str:
    return f"{hour.timezone}#{hour.hour:02}"


def _hour(text: str) -> LocalHour:
    timezone, _, hour = text.rpartition("#")
    try:
        return LocalHour(timezone=timezone, hour=int(hour))
    except DECODE_ERRORS as error:
        raise damaged("a local hour", error) from error


def _ready_key(issue_id: str) -> Item:
    return key(f"Z#issue#{issue_id}", "Z")


def _day_pk(day: date) -> str:
    return f"Z#day#{day.isoformat()}"


def _lock_key(name: str) -> Item:
    return key(f"Z#lock#{name}", "Z")
