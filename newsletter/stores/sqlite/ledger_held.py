"""Deliveries that wait: parked until they may go on, unknown until somebody decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from newsletter.stores.sqlite.codec import to_instant, to_json, to_text
from newsletter.stores.sqlite.ledger_part import LedgerPart


class LedgerHeld(LedgerPart):
    """What is held back, and what ends it."""

    def park(self, issue_id: str, *, until: datetime, reason: str) -> int:
        """Move what is PLANNED of an issue to PARKED; return how many."""
        values = {"id": issue_id, "until": to_instant(until), "reason": to_text(reason)}
        with self._file.write() as database:
            database.execute(_PARK_ISSUE, values)
            return database.execute(_PARK, values).rowcount

    def release(self, issue_id: str, *, now: datetime | None = None) -> int:
        """Move what is PARKED back to PLANNED, if it may go on by ``now``; return how many."""
        values = {"id": issue_id, "now": to_instant(now) if now else None}
        with self._file.write() as database:
            database.execute(_RELEASE_ISSUE, values)
            released = database.execute(_RELEASE, values).rowcount
            database.execute(_REOPEN, {"id": issue_id, "released": released})
            return released

    def silent_unknown(
        self,
        issue_id: str,
        *,
        settled_after: datetime,
        settled_before: datetime,
        max_resends: int,
    ) -> tuple[str, ...]:
        """Return ids of UNKNOWN deliveries that no event speaks of although it should have."""
        values = {
            "issue_id": issue_id,
            "after": to_instant(settled_after),
            "before": to_instant(settled_before),
            "max": max_resends,
        }
        return tuple(row["id"] for row in self._file.rows(_SILENT, values))

    def reset_unknown(
        self, delivery_ids: Sequence[str], *, at: datetime, reason: str, max_resends: int
    ) -> tuple[str, ...]:
        """Move UNKNOWN deliveries back to PLANNED, and write down when and why.

        Returns the ids of those that were moved: left as they are those in another state, of a
        CANCELLED issue, or sent again ``max_resends`` times already.
        """
        values = {
            "ids": to_json(sorted(set(delivery_ids))),
            "at": to_instant(at),
            "reason": to_text(reason),
            "max": max_resends,
        }
        with self._file.write() as database:
            moved = tuple(row[0] for row in database.execute(_NOTE_RESENDS, values).fetchall())
            ids = {"ids": to_json(moved), "at": values["at"], "reason": values["reason"]}
            database.execute(_RESET, ids)
            database.execute(_REOPEN_ALL, {"ids": ids["ids"]})
        return moved


_PARK_ISSUE: Final = "UPDATE issues SET parked_until = :until, reason = :reason WHERE id = :id"
_PARK: Final = """
    UPDATE deliveries SET state = 'parked', reason = :reason
    WHERE issue_id = :id AND state = 'planned'
"""
_RELEASE_ISSUE: Final = """
    UPDATE issues SET parked_until = NULL, reason = NULL
    WHERE id = :id AND parked_until IS NOT NULL AND (:now IS NULL OR parked_until <= :now)
"""
_RELEASE: Final = """
    UPDATE deliveries SET state = 'planned', reason = NULL
    WHERE issue_id = :id AND state = 'parked'
        AND (SELECT parked_until FROM issues WHERE id = :id) IS NULL
"""
_REOPEN: Final = """
    UPDATE issues SET state = 'open' WHERE id = :id AND state = 'done' AND :released
"""
_REOPEN_ALL: Final = """
    UPDATE issues SET state = 'open' WHERE state = 'done' AND id IN (
        SELECT issue_id FROM deliveries WHERE id IN (SELECT value FROM json_each(:ids))
    )
"""
_PROOF: Final = """
    SELECT accepted_at FROM deliveries
    WHERE accepted_at IS NOT NULL AND state IN ('delivered', 'delayed', 'bounced', 'complained')
    ORDER BY accepted_at DESC LIMIT 1
"""
_SILENT: Final = f"""
    SELECT id FROM deliveries
    WHERE issue_id = :issue_id AND state = 'unknown'
        AND settled_at >= :after AND settled_at <= :before
        AND settled_at < ({_PROOF})
        AND NOT EXISTS (SELECT 1 FROM events WHERE delivery_id = deliveries.id)
        AND (SELECT count(*) FROM resends WHERE delivery_id = deliveries.id) < :max
    ORDER BY id
"""  # noqa: S608 - ours
_NOTE_RESENDS: Final = """
    INSERT INTO resends (delivery_id, attempt, at, reason)
    SELECT deliveries.id, attempt, :at, :reason
    FROM deliveries JOIN issues ON issues.id = issue_id
    WHERE deliveries.id IN (SELECT value FROM json_each(:ids))
        AND deliveries.state = 'unknown' AND issues.state != 'cancelled'
        AND (SELECT count(*) FROM resends WHERE delivery_id = deliveries.id) < :max
    RETURNING delivery_id
"""
_RESET: Final = """
    UPDATE deliveries SET state = 'planned', planned_at = :at, reason = :reason, settled_at = NULL
    WHERE id IN (SELECT value FROM json_each(:ids))
"""
