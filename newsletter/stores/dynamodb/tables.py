"""The two tables and the keys of everything in them.

MAIN holds people and papers and is backed up; LEDGER holds mails, whose rows go by themselves
some time after they are closed. In both an item has a partition ``pk`` and a place in it ``sk``;
``expires_at`` (seconds since 1970) says when DynamoDB may delete it, which it does days later:
readers of such items look at it themselves.

MAIN, people (``hash`` is the keyed hash of an address; that an address is taken once is the
condition on its item, written in one transaction with the record)::

    S#<reader>             S                    a subscriber; in the index while ACTIVE
    S#<reader>             C#<instant>#<unique> a line of the log of consents
    S#<reader>             V#<paper>            a vote
    S#<reader>             M                    the reader's change of address
    S#<reader>             N#<notice>           that there is such a notice, until it is forgotten
    H#<hash>               A                    who has the address, its suppression, its pause
    H#<hash>               E                    of which mails there are events about the address
    H#<hash>               N                    what notices went to it in the last hours
    N#<notice>             N                    a mail about a subscription
    M#<move>               M                    whose change of address it is
    V#<mail>               V                    what came back about a mail, each event an attribute
    L#<list>[#<shard>]     <entry>              lists, see ``lists``, ``notices``, ``event_lists``
    X#unreadable           <sha256>             what came as an event and is none
    Z#hours                <zone>#<hour>        a local hour in use
    Z#issue#<issue>        Z                    the name of its bundle
    Z#day#<day>            <slot>               how far a local hour of a day was planned
    Z#lock#<name>          Z                    a lock
    Z#kept                 <day>                a day on which events came in
    Z#heard                Z                    when the last event came in

What else is in MAIN stands in ``paper_keys``, all of LEDGER in ``ledger_keys``.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from newsletter.model.slot import LocalHour
from newsletter.stores.dynamodb.items import Item

ACTIVE_INDEX: Final = "active"
EXPIRES_AT: Final = "expires_at"
READER_SHARDS: Final = 8
LEDGER_SHARDS: Final = 64
LIST_SHARDS: Final = 8


def main_table(name: str) -> dict[str, Any]:
    """Return the definition of MAIN, as CreateTable takes it."""
    return _table(name, "gpk", "gsk") | {
        "GlobalSecondaryIndexes": [
            {
                "IndexName": ACTIVE_INDEX,
                "KeySchema": _keys("gpk", "gsk"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ]
    }


def ledger_table(name: str) -> dict[str, Any]:
    """Return the definition of LEDGER, as CreateTable takes it."""
    return _table(name)


def create_tables(sdk: Any, *, main: str, ledger: str) -> None:  # noqa: ANN401 - the SDK's client
    """Make both tables as the template does: for tests, and for a first try without it."""
    for definition in (main_table(main), ledger_table(ledger)):
        sdk.create_table(**definition)
        name = definition["TableName"]
        sdk.get_waiter("table_exists").wait(TableName=name)
        sdk.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": EXPIRES_AT},
        )
    sdk.update_continuous_backups(
        TableName=main, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def key(pk: str, sk: str) -> Item:
    """Return a key."""
    return {"pk": pk, "sk": sk}


def shard_of(text: str, shards: int) -> int:
    """Return a number below ``shards``, always the same for the same text."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") % shards


def reader_pk(subscriber_id: str) -> str:
    """Return where everything about a reader is."""
    return f"S#{subscriber_id}"


def reader_key(subscriber_id: str) -> Item:
    """Return the key of a subscriber's record."""
    return key(reader_pk(subscriber_id), "S")


def address_pk(address_hash: str) -> str:
    """Return where everything about an address is."""
    return f"H#{address_hash}"


def address_key(address_hash: str) -> Item:
    """Return the key of an address."""
    return key(address_pk(address_hash), "A")


def hour_gpk(timezone: str, hour: int, shard: int) -> str:
    """Return where in the index the ACTIVE readers of a local hour are, one of 8 places."""
    return f"A#{timezone}#{hour:02}#{shard}"


def hour_key(hour: LocalHour) -> Item:
    """Return the key of a local hour in the list of those in use."""
    return key("Z#hours", f"{hour.timezone}#{hour.hour:02}")


def delivery_key(issue_id: str, delivery_id: str) -> Item:
    """Return the key of a delivery in LEDGER."""
    return key(f"I#{issue_id}#{shard_of(delivery_id, LEDGER_SHARDS):02}", delivery_id)


def expires_at(at: datetime) -> int:
    """Return an instant as the attribute ``expires_at`` has it."""
    return int(at.timestamp())


def _table(name: str, *further: str) -> dict[str, Any]:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"}
            for attribute in ("pk", "sk", *further)
        ],
        "KeySchema": _keys("pk", "sk"),
    }


def _keys(hash_name: str, range_name: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": hash_name, "KeyType": "HASH"},
        {"AttributeName": range_name, "KeyType": "RANGE"},
    ]
