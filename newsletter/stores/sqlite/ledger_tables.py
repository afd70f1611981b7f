"""What the ledger's tables got when sending learnt to wait, to give up and to try again."""

from typing import Final

from sqlite_utils import Database

_STEPS: Final = (
    "ALTER TABLE issues ADD COLUMN planned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE issues ADD COLUMN parked_until TEXT",
    "ALTER TABLE issues ADD COLUMN reason TEXT",
    """UPDATE issues SET planned =
        (SELECT count(*) FROM deliveries WHERE deliveries.issue_id = issues.id)""",
    "ALTER TABLE deliveries ADD COLUMN planned_at TEXT",
    "ALTER TABLE deliveries ADD COLUMN settled_at TEXT",
    """UPDATE deliveries SET planned_at =
        (SELECT created_at FROM issues WHERE issues.id = deliveries.issue_id)""",
    """CREATE INDEX deliveries_waiting ON deliveries (planned_at)
        WHERE state IN ('planned', 'parked')""",
    """CREATE INDEX deliveries_accepted ON deliveries (accepted_at)
        WHERE accepted_at IS NOT NULL""",
    """CREATE TABLE resends (
        delivery_id TEXT NOT NULL REFERENCES deliveries (id), attempt INTEGER NOT NULL,
        at TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (delivery_id, attempt)
    ) STRICT, WITHOUT ROWID""",
)


def extend_ledger_tables(database: Database) -> None:
    """Add counts, parking, deadlines and the record of what was sent again."""
    for statement in _STEPS:
        database.execute(statement)
