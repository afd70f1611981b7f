"""The id of a mail, derived from what it is about."""

import base64
import hashlib
from typing import Final

_ID_BYTES: Final = 15
NOTICE_PREFIX: Final = "notice-"
"""How the ids of mails about subscriptions begin; they are in no issue."""


def delivery_id(issue_id: str, subscriber_id: str) -> str:
    """Derive the id of a delivery: 24 characters of ``[a-z2-7]``, which tell nothing.

    The same issue and subscriber always make the same id, so that planning twice is harmless.
    It may stand in headers, tags, file names and URLs.
    """
    digest = hashlib.sha256(f"{issue_id}\0{subscriber_id}".encode()).digest()
    return base64.b32encode(digest[:_ID_BYTES]).decode().lower()
