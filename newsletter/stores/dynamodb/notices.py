"""Mails about subscriptions on DynamoDB, from the wish to what became of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.dynamodb.actions import Action, check, delete, put, set_to
from newsletter.stores.dynamodb.batches import write_each
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.lists import entries
from newsletter.stores.dynamodb.people import People, repeated
from newsletter.stores.dynamodb.tables import address_key, address_pk, key, reader_pk
from subscribers.notices import LIMITS, WINDOW, Notice, NoticeKind, NoticeState

QUEUED: Final = "L#notices#queued"
SENDING: Final = "L#notices#sending"
SETTLED: Final = "L#notices#settled"
REASON_CHARS: Final = 500
FORGET_AT_ONCE: Final = 1_000
_STILL: Final = "#state = :still"
_STATE: Final = {"state": "state"}


class Queueing(NamedTuple):
    """What queueing a notice is made of.

    Attributes:
        actions: the writes; refused when another notice to the same address came between.
        may_go: whether it will be sent.
    """

    actions: tuple[Action, ...]
    may_go: bool


class DynamoNotices:
    """``subscribers.ports.NoticeStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._table = people.table

    def queue(self, notice: Notice) -> bool:
        """Keep a notice to be sent; False, and it only counts, when it is one too many."""
        return repeated(partial(self._queue, notice), wait=self._people.dynamo.wait)

    def claim(self, *, limit: int, now: datetime) -> tuple[Notice, ...]:
        """Move up to ``limit`` of the oldest from QUEUED to SENDING and return them."""
        dynamo = self._people.dynamo
        ids = [each["sk"] for each in entries(dynamo, self._table, QUEUED, most=limit)]
        items = self._read(ids)
        groups = {each: self._claiming(each, now) for each in ids if each in items}
        refused = set(write_each(dynamo, groups))
        return tuple(_notice(items[each]) for each in sorted(groups) if each not in refused)

    def settle(self, notice_id: str, state: NoticeState, *, reason: str = "") -> None:
        """Record what became of a claimed notice; its address is forgotten unless it is QUEUED."""
        item = self._read([notice_id]).get(notice_id)
        if item is not None and item["state"] == NoticeState.SENDING:
            # Whoever changes it meanwhile has settled it: there is nothing to add.
            write_each(self._people.dynamo, {0: self._settling(item, state, reason)})

    def expire_claims(self, before: datetime) -> int:
        """Move notices that were claimed before an instant, and not settled, to UNKNOWN."""
        dynamo = self._people.dynamo
        found = entries(dynamo, self._table, SENDING, before=to_instant(before))
        items = self._read(_ids(found))
        groups = {
            each: self._settling(item, NoticeState.UNKNOWN, "nobody said what became of it")
            for each, item in items.items()
        }
        return len(groups) - len(write_each(dynamo, groups))

    def forget(self, before: datetime) -> int:
        """Delete settled notices that were requested before an instant; return how many."""
        dynamo = self._people.dynamo
        total = 0
        while True:
            found = entries(dynamo, self._table, SETTLED, before=to_instant(before))
            items = self._read(islice(_ids(found), FORGET_AT_ONCE))
            dynamo.write_all([each for item in items.values() for each in self._forgetting(item)])
            total += len(items)
            if len(items) < FORGET_AT_ONCE:
                return total

    def queueing(self, notice: Notice, *, is_suppressed: bool | None = None) -> Queueing:
        """Return what queueing a notice is made of.

        Args:
            notice: to be kept.
            is_suppressed: whether its address is, where that is decided in the same transaction;
                None is asked, and made a condition.
        """
        people = self._people
        address_hash = people.hash_of(notice.address)
        count_key, at = key(address_pk(address_hash), "N"), address_key(address_hash)
        known = people.dynamo.get_all(self._table, [count_key, at])
        counted = known.get((count_key["pk"], "N"), {})
        recent = _recent(counted, notice.requested_at)
        is_refused = (
            "reason" in known.get((at["pk"], "A"), {}) if is_suppressed is None else is_suppressed
        )
        may_go = (
            notice.subscriber_id is not None and _is_within_limit(recent, notice) and not is_refused
        )
        state = NoticeState.QUEUED if may_go else NoticeState.DROPPED
        actions = self._keeping(notice, state)
        if may_go:
            actions += (self._counting(count_key, counted, recent, notice),)
        if may_go and is_suppressed is None:
            actions += (check(self._table, at, "attribute_not_exists(reason)"),)
        return Queueing(actions, may_go)

    def erase(self, notice_ids: Iterable[str]) -> None:
        """Delete notices, whatever state they are in."""
        items = self._read(notice_ids).values()
        found = [each for item in items for each in self._forgetting(item)]
        self._people.dynamo.write_all(found)

    def _queue(self, notice: Notice) -> bool:
        queueing = self.queueing(notice)
        self._people.dynamo.transact(queueing.actions)
        return queueing.may_go

    def _read(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        found = self._people.dynamo.get_all(self._table, map(notice_key, ids)).values()
        return {item["id"]: item for item in found}

    def _keeping(self, notice: Notice, state: NoticeState) -> tuple[Action, ...]:
        requested_at = to_instant(notice.requested_at)
        is_queued = state is NoticeState.QUEUED
        item = {
            "id": notice.id,
            "kind": notice.kind.value,
            "subscriber_id": notice.subscriber_id,
            "address": notice.address if is_queued else None,
            "detail": notice.detail,
            "requested_at": requested_at,
            "state": state.value,
        }
        entry = key(QUEUED, notice.id) if is_queued else _settled_entry(item)
        actions = (
            put(self._table, notice_key(notice.id), item, condition="attribute_not_exists(pk)"),
            put(self._table, entry, {}),
        )
        if notice.subscriber_id is None:
            return actions
        return (*actions, put(self._table, _of_reader(notice.subscriber_id, notice.id), {}))

    def _counting(
        self, place: Item, counted: Item, recent: list[list[str]], notice: Notice
    ) -> Action:
        """Count a notice that will go; refused when another one was counted meanwhile."""
        seen = counted.get("revision")
        latest = [*recent, [notice.kind.value, to_instant(notice.requested_at)]]
        return put(
            self._table,
            place,
            {"recent": latest, "revision": (seen or 0) + 1},
            condition="attribute_not_exists(pk)" if seen is None else "revision = :seen",
            values={} if seen is None else {"seen": seen},
        )

    def _claiming(self, notice_id: str, now: datetime) -> tuple[Action, ...]:
        claimed_at = to_instant(now)
        wanted = {"state": NoticeState.SENDING.value, "claimed_at": claimed_at}
        return (
            set_to(
                self._table,
                notice_key(notice_id),
                wanted,
                condition=_STILL,
                values={"still": NoticeState.QUEUED.value},
            ),
            delete(self._table, key(QUEUED, notice_id)),
            put(self._table, key(SENDING, f"{claimed_at}#{notice_id}"), {}),
        )

    def _settling(self, item: Item, state: NoticeState, reason: str) -> tuple[Action, ...]:
        is_queued = state is NoticeState.QUEUED
        wanted: dict[str, Any] = {"state": state.value, "reason": reason[:REASON_CHARS] or None}
        if not is_queued:
            wanted["address"] = None
        claimed_at = item["claimed_at"]
        return (
            set_to(
                self._table,
                notice_key(item["id"]),
                wanted | {"claimed_at": None},
                condition=f"{_STILL} AND claimed_at = :at",
                values={"still": NoticeState.SENDING.value, "at": claimed_at},
            ),
            delete(self._table, key(SENDING, f"{claimed_at}#{item['id']}")),
            put(self._table, key(QUEUED, item["id"]) if is_queued else _settled_entry(item), {}),
        )

    def _forgetting(self, item: Item) -> list[Action]:
        """Return the writes that leave nothing of a notice."""
        places = [notice_key(item["id"]), _settled_entry(item), key(QUEUED, item["id"])]
        if "claimed_at" in item:
            places.append(key(SENDING, f"{item['claimed_at']}#{item['id']}"))
        if "subscriber_id" in item:
            places.append(_of_reader(item["subscriber_id"], item["id"]))
        return [delete(self._table, place) for place in places]


def notice_key(notice_id: str) -> Item:
    """Return the key of a notice."""
    return key(f"N#{notice_id}", "N")


def _of_reader(subscriber_id: str, notice_id: str) -> Item:
    return key(reader_pk(subscriber_id), f"N#{notice_id}")


def _settled_entry(item: Item) -> Item:
    return key(SETTLED, f"{item['requested_at']}#{item['id']}")


def _ids(found: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Read the ids out of entries that begin with an instant."""
    return (str(entry["sk"]).partition("#")[2] for entry in found)


def _recent(counted: Item, now: datetime) -> list[list[str]]:
    """Return kind and instant of what was counted and still counts."""
    since = to_instant(now - WINDOW)
    return [each for each in counted.get("recent", ()) if each[1] > since]


def _is_within_limit(recent: Iterable[list[str]], notice: Notice) -> bool:
    limit = LIMITS[notice.kind]
    return sum(NoticeKind(kind) in limit.kinds for kind, _ in recent) < limit.count


def _notice(item: Item) -> Notice:
    return Notice(
        id=item["id"],
        kind=NoticeKind(item["kind"]),
        subscriber_id=item["subscriber_id"],
        address=item["address"],
        requested_at=from_instant(item["requested_at"]),
        detail=item["detail"],
    )
