"""One end of a copy: tables of DynamoDB."""

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from newsletter.model import DeliveryState
from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.copy_parts import KeptIssue, Mail, in_portions
from newsletter.stores.dynamodb.actions import Action, expression_fields, put, update
from newsletter.stores.dynamodb.faults import reported
from newsletter.stores.dynamodb.items import Item, Wire, from_wire_item
from newsletter.stores.dynamodb.ledger_changes import counter_of
from newsletter.stores.dynamodb.ledger_events import SHOWN
from newsletter.stores.dynamodb.ledger_keys import (
    GATES,
    gate_key,
    held_key,
    issue_key,
    lease_key,
    listed_key,
    mail_key,
    month_of,
    shown_key,
)
from newsletter.stores.dynamodb.ledger_rows import KEPT, expiry_of, issue_from_item, issue_to_item
from newsletter.stores.dynamodb.ledger_steps import HELD_STATES, shown_name
from newsletter.stores.dynamodb.packing import pack, unpack
from newsletter.stores.dynamodb.standings import read_known, standing_actions
from newsletter.stores.dynamodb.store import DynamoStore
from newsletter.stores.dynamodb.tables import delivery_key, expires_at, key, reader_pk
from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.suppression import Standing, SuppressedAddress

_SAME: Final = (
    "matched", "state", "attempt", "lease_until", "provider_id", "accepted_at", "reason",
    "body_sha256", "planned_at", "settled_at",
)  # fmt: skip


class DynamoRows:
    """``CopyRows`` on DynamoDB."""

    def __init__(self, store: DynamoStore) -> None:
        self._store = store
        self._dynamo = store.dynamo
        self._main = store.table
        self._ledger = store.ledger_table

    def suppress(self, addresses: Iterable[SuppressedAddress]) -> None:
        """Write suppressions of hashes."""
        for portion in in_portions(addresses, 50):
            known = read_known(self._store.people, [each.address_hash for each in portion])
            for each in portion:
                after = Standing(suppression=each.suppression)
                self._dynamo.transact(
                    standing_actions(self._main, each.address_hash, known[each.address_hash], after)
                )

    def consents(self) -> Iterator[ConsentEntry]:
        """Yield the whole log of consents; it is found by reading all of the table."""
        more: Wire = {}
        while True:
            with reported():
                reply = self._dynamo.sdk.scan(
                    TableName=self._main,
                    FilterExpression="begins_with(pk, :reader) AND begins_with(sk, :consent)",
                    ConsistentRead=True,
                    **expression_fields({}, {"reader": reader_pk(""), "consent": "C#"}),
                    **more,
                )
            for item in reply["Items"]:
                yield _entry(from_wire_item(item))
            if "LastEvaluatedKey" not in reply:
                return
            more = {"ExclusiveStartKey": reply["LastEvaluatedKey"]}

    def log(self, entries: Iterable[ConsentEntry]) -> None:
        """Write lines of the log."""
        numbered = enumerate(entries)
        self._dynamo.write_all([self._logging(number, each) for number, each in numbered])

    def issues(self) -> Iterator[KeptIssue]:
        """Yield all issues."""
        for meta, standing in self._store.ledger.standings():
            yield KeptIssue(
                issue=issue_from_item(meta),
                planned=standing.total("n_total"),
                parked_until=meta.get("parked_until"),
                reason=meta.get("reason"),
            )

    def mails(self, issue_id: str, *, only: Sequence[str] | None = None) -> Iterator[Mail]:
        """Yield the deliveries of an issue; what is PLANNED of a parked one is PARKED.

        With ``only``, none but those of these ids.
        """
        meta = self._dynamo.get(self._ledger, issue_key(issue_id)) or {}
        for row in self._rows(issue_id, only):
            mail = {name: row.get(name) for name in _SAME}
            if "parked_until" in meta and row["state"] == DeliveryState.PLANNED.value:
                parked = DeliveryState.PARKED.value
                mail |= {"state": parked, "reason": meta.get("reason")}
            yield {
                "id": row["sk"],
                "issue_id": issue_id,
                "subscriber_id": row["reader"],
                "picks": unpack(row["picks"]),
                **mail,
                "resends": row.get("resends", []),
            }

    def write_issue(self, kept: KeptIssue, mails: Iterable[Mail]) -> None:
        """Write the deliveries of an issue, then the issue; who got theirs was shown the papers."""
        counts: Counter[str] = Counter({"n_planned": 0, "n_parked": 0, "n_sending": 0})
        for portion in in_portions(mails, 100):
            counts.update(counter_of(DeliveryState(mail["state"])) for mail in portion)
            self._dynamo.write_all([put(*self._row(mail)) for mail in portion])
            self._dynamo.write_all(list(_once(self._notes(portion))))
            self._dynamo.transact([action for mail in portion for action in self._shown(mail)])
        issue = kept.issue
        state = {"state": issue.state.value}
        since = {"planned_from": ""}
        parked = {"parked_until": kept.parked_until}
        meta = issue_to_item(issue) | since | parked | {"reason": kept.reason}
        none = dict.fromkeys(counts, 0) | {"n_total": 0}
        gates = [{**state, **parked, **none} for _ in range(GATES)]
        gates[0] |= {**counts, "n_total": kept.planned}
        listed = {"issue": issue.id} | state | since
        self._dynamo.write_all(
            [
                put(self._ledger, issue_key(issue.id), meta),
                put(self._ledger, listed_key(issue), listed),
                *(put(self._ledger, gate_key(issue.id, n), gate) for n, gate in enumerate(gates)),
            ]
        )

    def _rows(self, issue_id: str, only: Sequence[str] | None) -> Iterable[Mapping[str, Any]]:
        if only is None:
            return self._store.ledger.rows(issue_id)
        keys = (delivery_key(issue_id, each) for each in only)
        return self._dynamo.get_all(self._ledger, keys).values()

    def _row(self, mail: Mail) -> tuple[str, Item, Item]:
        row = {name: mail[name] for name in _SAME} | {
            "issue": mail["issue_id"],
            "reader": mail["subscriber_id"],
            "picks": pack(mail["picks"]),
            "resends": mail["resends"] or None,
            "expires_at": expiry_of(DeliveryState(mail["state"]), datetime.now(UTC)),
        }
        return self._ledger, delivery_key(mail["issue_id"], mail["id"]), row

    def _notes(self, mails: Sequence[Mail]) -> Iterator[Action]:
        """Yield what lets mails be found by lease, by being held, by the provider's id."""
        gone_at = expires_at(datetime.now(UTC) + KEPT)
        leases: dict[tuple[str, str], list[str]] = defaultdict(list)
        for mail in mails:
            of = {"issue": mail["issue_id"], "expires_at": gone_at}
            state = DeliveryState(mail["state"])
            if state is DeliveryState.SENDING:
                leases[mail["issue_id"], mail["lease_until"]].append(mail["id"])
            if state in HELD_STATES:
                held = of | {"state": state.value, "settled_at": mail["settled_at"]}
                yield put(self._ledger, held_key(mail["id"]), held)
            if mail["provider_id"]:
                named = of | {"delivery": mail["id"]}
                yield put(self._ledger, mail_key(mail["provider_id"]), named)
        for (issue_id, until), ids in leases.items():
            place = lease_key(issue_id, until, secrets.token_urlsafe(12))
            yield put(self._ledger, place, {"mails": ids, "expires_at": gone_at})

    def _shown(self, mail: Mail) -> tuple[Action, ...]:
        papers = [str(pick[0]) for pick in json.loads(mail["picks"])]
        if not papers or DeliveryState(mail["state"]) not in SHOWN:
            return ()
        name = shown_name(mail["id"])
        values = {
            "papers": " ".join(papers),
            "expires": expires_at(datetime.now(UTC) + 3 * KEPT),
        }
        place = shown_key(mail["subscriber_id"], month_of(mail["issue_id"]))
        expression = f"SET {name} = :papers, expires_at = :expires"
        return (update(self._ledger, place, expression, values=values),)

    def _logging(self, number: int, entry: ConsentEntry) -> Action:
        place = key(reader_pk(entry.subscriber_id), f"C#{to_instant(entry.at)}#{number:020}")
        return put(
            self._main,
            place,
            {
                "act": entry.act.value,
                "at": to_instant(entry.at),
                "page": entry.evidence.page,
                "wording": entry.evidence.wording,
                "network": entry.evidence.network,
            },
        )


def _once(actions: Iterable[Action]) -> Iterable[Action]:
    """Return one action for each item: providers' ids may be alike."""
    return {action.target: action for action in actions}.values()


def _entry(item: Mapping[str, Any]) -> ConsentEntry:
    return ConsentEntry(
        subscriber_id=item["pk"].removeprefix(reader_pk("")),
        act=ConsentAct(item["act"]),
        at=from_instant(item["at"]),
        evidence=Evidence(page=item["page"], wording=item["wording"], network=item["network"]),
    )
