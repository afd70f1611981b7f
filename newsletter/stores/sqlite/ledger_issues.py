"""Issues: planned, paused, cancelled, closed."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlite_utils import Database

from newsletter.errors import StoreError
from newsletter.model import Delivery, Issue, IssueProgress, IssueState
from newsletter.stores.sqlite.codec import to_instant, to_text_or_none
from newsletter.stores.sqlite.ledger_part import LedgerPart
from newsletter.stores.sqlite.ledger_rows import issue_from_row, issue_to_row, progress_from_row
from newsletter.stores.sqlite.planning import Staged, stage


class LedgerIssues(LedgerPart):
    """What the ledger knows of issues."""

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write the issue and those of its deliveries that are not there yet, in one transaction.

        Returns how many rows were new; rows that exist, the issue's too, stay as they are. New
        rows open an issue again that was DONE, and are SKIPPED in one that is CANCELLED.
        """
        with stage(self._file, issue.id, deliveries) as staged, self._file.write() as database:
            database.execute(_ADD_ISSUE, issue_to_row(issue))
            return _move(database, staged, issue)

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue of this id."""
        return self._issue("SELECT * FROM issues WHERE id = :id", {"id": issue_id})

    def latest_issue(self) -> Issue | None:
        """Return the issue with the newest ``last_on``; of several, the one made last."""
        return self._issue("SELECT * FROM issues ORDER BY last_on DESC, created_at DESC LIMIT 1")

    def current_issues(self) -> tuple[Issue, ...]:
        """Return the issues with the newest ``last_on``, and all OPEN or PAUSED; oldest first."""
        return tuple(issue_from_row(row, self._file) for row in self._file.rows(_CURRENT))

    def unfinished_issues(self) -> tuple[Issue, ...]:
        """Return the OPEN issues, oldest first; close those with nothing left to send."""
        rows = self._file.rows(_UNFINISHED)
        return tuple(issue_from_row(row, self._file) for row in rows)

    def progress(self, issue_id: str) -> IssueProgress | None:
        """Return where the sending of this issue stands; None when there is none of this id."""
        row = self._file.first("SELECT * FROM issues WHERE id = :id", {"id": issue_id})
        return None if row is None else progress_from_row(row, self._file)

    def set_issue_state(
        self, issue_id: str, state: IssueState, *, reason: str | None = None
    ) -> None:
        """Open, pause or close an issue, and say why; raise ``StoreError`` if there is none."""
        with self._file.write() as database:
            self._set_state(database, issue_id, state, reason)

    def close_finished(self, issue_id: str) -> bool:
        """Move an OPEN issue with nothing left to send to DONE; tell whether it was moved."""
        with self._file.write() as database:
            return database.execute(_CLOSE, {"id": issue_id}).rowcount == 1

    def cancel(self, issue_id: str) -> int:
        """Cancel an issue: what is PLANNED or PARKED is SKIPPED; return how many."""
        with self._file.write() as database:
            self._set_state(database, issue_id, IssueState.CANCELLED, None)
            return database.execute(_SKIP_CANCELLED, {"id": issue_id}).rowcount

    def _set_state(
        self, database: Database, issue_id: str, state: IssueState, reason: str | None
    ) -> None:
        values = {"state": state.value, "reason": to_text_or_none(reason), "id": issue_id}
        if database.execute(_SET_STATE, values).rowcount == 0:
            raise StoreError(f"the database {self._file.path} has no issue {issue_id}")

    def _issue(self, sql: str, values: Mapping[str, Any] | None = None) -> Issue | None:
        row = self._file.first(sql, values)
        return None if row is None else issue_from_row(row, self._file)


def _move(database: Database, staged: Staged, issue: Issue) -> int:
    new = staged.move_to_ledger(database, to_instant(issue.created_at))
    database.execute(_COUNT, {"id": issue.id, "new": new})
    database.execute(_SKIP_CANCELLED, {"id": issue.id})
    database.execute(_REOPEN, {"id": issue.id})
    return new


_WAITS: Final = """
    EXISTS (SELECT 1 FROM deliveries WHERE deliveries.issue_id = issues.id
        AND deliveries.state IN ('planned', 'parked', 'sending'))
"""
_UNFINISHED: Final = """
    SELECT * FROM issues WHERE state = 'open' ORDER BY last_on, created_at, id
"""
_CURRENT: Final = """
    SELECT * FROM issues
    WHERE state IN ('open', 'paused') OR last_on = (SELECT max(last_on) FROM issues)
    ORDER BY last_on, created_at, id
"""
_CLOSE: Final = f"""
    UPDATE issues SET state = 'done', parked_until = NULL, reason = NULL
    WHERE id = :id AND state = 'open' AND NOT {_WAITS}
"""  # noqa: S608 - ours
_REOPEN: Final = f"""
    UPDATE issues SET state = 'open' WHERE id = :id AND state = 'done' AND {_WAITS}
"""  # noqa: S608 - ours
_ADD_ISSUE: Final = """
    INSERT INTO issues (id, first_on, last_on, announced, batches, state, created_at)
    VALUES (:id, :first_on, :last_on, :announced, :batches, :state, :created_at)
    ON CONFLICT DO NOTHING
"""
_COUNT: Final = "UPDATE issues SET planned = planned + :new WHERE id = :id"
_SET_STATE: Final = "UPDATE issues SET state = :state, reason = :reason WHERE id = :id"
_SKIP_CANCELLED: Final = """
    UPDATE deliveries SET state = 'skipped', reason = 'cancelled'
    WHERE issue_id = :id AND state IN ('planned', 'parked')
        AND (SELECT state FROM issues WHERE id = :id) = 'cancelled'
"""
