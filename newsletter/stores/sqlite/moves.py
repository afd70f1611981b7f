"""Changes of address in SQLite, until both mailboxes have agreed."""

import json
from typing import Final

from newsletter.stores.sqlite.codec import from_instant, to_instant, to_json
from newsletter.stores.sqlite.connection import SqliteFile
from subscribers.moves import Mailbox, Move


class SqliteMoves:
    """``subscribers.ports.MoveStore`` on one SQLite file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    def put(self, move: Move) -> None:
        """Keep a move; another one of the same reader is forgotten."""
        values = {
            "id": move.id,
            "reader": move.subscriber_id,
            "address": move.address,
            "requested_at": to_instant(move.requested_at),
            "agreed": to_json(sorted(mailbox.value for mailbox in move.agreed)),
        }
        with self._file.write() as database:
            database.execute(_PUT, values)

    def get(self, move_id: str) -> Move | None:
        """Return the move of this id."""
        row = self._file.first("SELECT * FROM moves WHERE id = :id", {"id": move_id})
        if row is None:
            return None
        return Move(
            id=row["id"],
            subscriber_id=row["subscriber_id"],
            address=row["address"],
            requested_at=from_instant(row["requested_at"]),
            agreed=frozenset(map(Mailbox, json.loads(row["agreed"]))),
        )

    def remove(self, move_id: str) -> None:
        """Forget a move."""
        with self._file.write() as database:
            database.execute("DELETE FROM moves WHERE id = :id", {"id": move_id})


_PUT: Final = """
    INSERT OR REPLACE INTO moves (id, subscriber_id, address, requested_at, agreed)
    VALUES (:id, :reader, :address, :requested_at, :agreed)
"""
