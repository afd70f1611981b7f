"""Votes in SQLite: one for each reader and paper."""

from typing import Final

from newsletter.stores.sqlite.codec import from_instant, to_instant
from newsletter.stores.sqlite.connection import SqliteFile
from subscribers.feedback import Feedback, Vote


class SqliteFeedback:
    """``subscribers.ports.FeedbackStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def put(self, feedback: Feedback) -> None:
        """Keep a vote."""
        values = {
            "reader": feedback.subscriber_id,
            "paper": feedback.paper_id,
            "vote": int(feedback.vote),
            "at": to_instant(feedback.at),
        }
        with self._file.write() as database:
            database.execute(_PUT, values)

    def withdraw(self, subscriber_id: str, paper_id: str) -> None:
        """Forget a vote."""
        with self._file.write() as database:
            database.execute(_WITHDRAW, {"reader": subscriber_id, "paper": paper_id})

    def of_reader(self, subscriber_id: str, *, limit: int) -> tuple[Feedback, ...]:
        """Return a reader's votes, newest first."""
        rows = self._file.rows(_OF_READER, {"reader": subscriber_id, "limit": limit})
        return tuple(
            Feedback(
                subscriber_id=row["subscriber_id"],
                paper_id=row["paper_id"],
                vote=Vote(row["vote"]),
                at=from_instant(row["at"]),
            )
            for row in rows
        )


_PUT: Final = """
    INSERT OR REPLACE INTO feedback (subscriber_id, paper_id, vote, at)
    VALUES (:reader, :paper, :vote, :at)
"""
_WITHDRAW: Final = "DELETE FROM feedback WHERE subscriber_id = :reader AND paper_id = :paper"
_OF_READER: Final = """
    SELECT * FROM feedback WHERE subscriber_id = :reader ORDER BY at DESC, paper_id LIMIT :limit
"""
