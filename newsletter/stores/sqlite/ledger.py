"""The ledger in SQLite: issues and deliveries, never twice, never lost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from newsletter.model import Delivery, DeliveryState
from newsletter.stores.sqlite.codec import from_instant_or_none, to_instant, to_json
from newsletter.stores.sqlite.connection import PAGE_ROWS
from newsletter.stores.sqlite.ledger_claims import LedgerClaims
from newsletter.stores.sqlite.ledger_held import LedgerHeld
from newsletter.stores.sqlite.ledger_issues import LedgerIssues
from newsletter.stores.sqlite.ledger_rows import delivery_from_row


class SqliteLedger(LedgerIssues, LedgerClaims, LedgerHeld):
    """``ports.Ledger`` on one SQLite file. What only asks is here, the rest in its parts."""

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        row = self._file.first("SELECT * FROM deliveries WHERE id = :id", {"id": delivery_id})
        return delivery_from_row(row, self._file) if row else None

    def deliveries(
        self, issue_id: str, *, state: DeliveryState | None = None
    ) -> Iterator[Delivery]:
        """Yield the issue's deliveries ordered by id."""
        where = "AND +state = :state" if state else ""
        sql = (
            f"SELECT * FROM deliveries WHERE issue_id = :issue_id {where}"  # noqa: S608 - ours
            " AND id > :last ORDER BY id LIMIT :size"
        )
        values = {"issue_id": issue_id, "state": state, "last": "", "size": PAGE_ROWS}
        while rows := self._file.rows(sql, values):
            yield from (delivery_from_row(row, self._file) for row in rows)
            values["last"] = rows[-1]["id"]

    def count_by_state(
        self, issue_id: str, *, only: Collection[str] | None = None
    ) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries, or those of these ids; states without any are left out."""
        among = "" if only is None else "AND id IN (SELECT value FROM json_each(:only))"
        rows = self._file.rows(
            "SELECT state, count(*) AS n FROM deliveries"  # noqa: S608 - ours
            f" WHERE issue_id = :id {among} GROUP BY state",
            {"id": issue_id, "only": to_json(sorted(only or ()))},
        )
        return {DeliveryState(row["state"]): row["n"] for row in rows}

    def shown_papers(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers already sent to each of these readers."""
        shown: dict[str, set[str]] = {subscriber_id: set() for subscriber_id in subscriber_ids}
        for start in range(0, len(subscriber_ids), PAGE_ROWS):
            rows = self._file.rows(_SHOWN, {"ids": to_json(subscriber_ids[start:][:PAGE_ROWS])})
            for row in rows:
                shown[row["subscriber_id"]].add(row["paper_id"])
        return {subscriber_id: frozenset(papers) for subscriber_id, papers in shown.items()}

    def unsent_papers(
        self, subscriber_ids: Sequence[str], *, first_on: date, last_on: date
    ) -> Mapping[str, frozenset[str]]:
        """Return, for readers who have any, ids of papers that were chosen but never arrived."""
        unsent: dict[str, set[str]] = {}
        days = {"first_on": first_on.isoformat(), "last_on": last_on.isoformat()}
        for start in range(0, len(subscriber_ids), PAGE_ROWS):
            values = days | {"ids": to_json(subscriber_ids[start:][:PAGE_ROWS])}
            for row in self._file.rows(_UNSENT, values):
                delivery = delivery_from_row(row, self._file)
                papers = unsent.setdefault(delivery.subscriber_id, set())
                papers.update(pick.paper_id for pick in delivery.picks)
        shown = self.shown_papers(tuple(unsent))
        left = {reader: frozenset(papers - shown[reader]) for reader, papers in unsent.items()}
        return {reader: papers for reader, papers in left.items() if papers}

    def sends_since(self, at: datetime) -> tuple[int, datetime | None]:
        """Return how many mails of all issues were accepted since ``at``, and when the first."""
        sql = "SELECT count(*) AS n, min(accepted_at) AS first FROM deliveries"
        row = self._file.rows(f"{sql} WHERE accepted_at >= :at", {"at": to_instant(at)})[0]
        return row["n"], from_instant_or_none(row["first"])


_SHOWN: Final = """
    SELECT subscriber_id, paper_id FROM shown
    WHERE subscriber_id IN (SELECT value FROM json_each(:ids))
"""
_UNSENT: Final = """
    SELECT deliveries.* FROM json_each(:ids) AS readers
    CROSS JOIN issues CROSS JOIN deliveries
        ON deliveries.issue_id = issues.id AND deliveries.subscriber_id = readers.value
    WHERE issues.last_on BETWEEN :first_on AND :last_on AND (
        deliveries.state IN ('rejected', 'bounced', 'unknown')
        OR deliveries.state = 'skipped' AND deliveries.reason = 'past_deadline'
    )
"""
