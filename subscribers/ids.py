"""Ids of readers and of what is asked in their name: ULIDs, in the order in which they are made.

Whoever only reads the public pages needs none, and ULIDs take 10 ms to import.
"""

from datetime import datetime


def new_id(now: datetime) -> str:
    """Make an id that nothing has yet."""
    from ulid import ULID  # noqa: PLC0415 - see above

    return str(ULID.from_datetime(now))


def id_to_bytes(text: str) -> bytes:
    """Return the 16 bytes of an id; raise ``ValueError`` when it is none."""
    from ulid import ULID  # noqa: PLC0415 - see above

    return bytes(ULID.from_str(text))


def id_from_bytes(packed: bytes) -> str:
    """Return the id of these 16 bytes; raise ``ValueError`` when it is none."""
    from ulid import ULID  # noqa: PLC0415 - see above

    return str(ULID.from_bytes(packed))
