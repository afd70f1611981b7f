"""The keys of everything in the LEDGER table.

::

    ISSUES             <last day>#<made at>#<issue>   that there is such an issue, and its state
    I#<issue>          A#META                         the issue
    I#<issue>          A#GATE#<0..7>                  its state once more, and counts of its mails
    I#<issue>          L#<instant>#<token>            mails that were claimed together, until then
    I#<issue>#<shard>  <mail>                         a mail; one of 64 places
    HELD               <mail>                         a mail that is UNKNOWN or PARKED by itself
    R#<reader>         <year>-<month>                 papers shown to the reader by issues of it
    M#<provider's id>  M                              which mail the provider calls so
    PACE               <account>                      the sending rate
"""

import re
from typing import Final

from newsletter.model import Issue
from newsletter.stores.codec import to_instant
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.tables import LEDGER_SHARDS, key

GATES: Final = 8
"""Each transaction meets one of them, so that senders seldom wait for each other."""

ISSUES: Final = "ISSUES"
HELD: Final = "HELD"

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def listed_key(issue: Issue) -> Item:
    """Return the key of an issue in the list of all, which is in the order of their days."""
    return key(ISSUES, f"{issue.last_on.isoformat()}#{to_instant(issue.created_at)}#{issue.id}")


def issue_pk(issue_id: str) -> str:
    """Return where an issue is, without its mails."""
    return f"I#{issue_id}"


def issue_key(issue_id: str) -> Item:
    """Return the key of an issue."""
    return key(issue_pk(issue_id), "A#META")


def gate_key(issue_id: str, gate: int) -> Item:
    """Return the key of one of an issue's gates."""
    return key(issue_pk(issue_id), f"A#GATE#{gate}")


def lease_key(issue_id: str, until: str, token: str) -> Item:
    """Return the key of the list of mails that were claimed together."""
    return key(issue_pk(issue_id), f"L#{until}#{token}")


def shard_pks(issue_id: str) -> tuple[str, ...]:
    """Return all places where mails of an issue are."""
    return tuple(f"{issue_pk(issue_id)}#{shard:02}" for shard in range(LEDGER_SHARDS))


def held_key(delivery_id: str) -> Item:
    """Return the key of the note that a mail is UNKNOWN or PARKED."""
    return key(HELD, delivery_id)


def mail_key(provider_id: str) -> Item:
    """Return the key of the note which mail the provider calls so."""
    return key(f"M#{provider_id}", "M")


def month_of(issue_id: str) -> str:
    """Return the month of an issue, out of its id, which begins with its day."""
    found = _MONTH.match(issue_id)
    return found[0] if found else "0000-00"


def shown_pk(subscriber_id: str) -> str:
    """Return where everything is that was shown to a reader."""
    return f"R#{subscriber_id}"


def shown_key(subscriber_id: str, month: str) -> Item:
    """Return the key of what issues of a month have shown to a reader."""
    return key(shown_pk(subscriber_id), month)


def months_until(month: str, count: int) -> tuple[str, ...]:
    """Return a month and those before it, ``count`` in all, the newest first."""
    year, number = (int(part) for part in month.split("-"))
    months = [year * 12 + number - 1 - back for back in range(count)]
    return tuple(f"{each // 12:04}-{each % 12 + 1:02}" for each in months)
