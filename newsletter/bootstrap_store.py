"""Put the store together: the part of ``bootstrap`` that knows its adapters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsletter.config.local_secrets import resolve_secrets
from newsletter.config.settings import Settings
from newsletter.errors import ConfigurationError
from newsletter.ports import Clock, SendPace

if TYPE_CHECKING:
    from newsletter.stores.dynamodb.client import Link
    from newsletter.stores.dynamodb.gate import DynamoGate
    from newsletter.stores.dynamodb.store import DynamoStore
    from newsletter.stores.sqlite.gate import SqliteGate
    from newsletter.stores.sqlite.store import SqliteStore


def open_real_store(settings: Settings, *, clock: Clock) -> SqliteStore | DynamoStore:
    """Open the store of the settings."""
    if settings.store.kind == "dynamodb":
        return _open_dynamo(settings, clock=clock)
    from newsletter.stores.sqlite.store import open_store

    return open_store(settings.store.path, address_key=resolve_secrets(settings).address_key)


def open_scratch_store(settings: Settings, *, is_empty: bool) -> SqliteStore:
    """Open a private store that is thrown away: a copy of the real one, or an empty one.

    Raises:
        ConfigurationError: the real one is too far away to be copied each time.
    """
    from newsletter.stores.sqlite.store import open_scratch

    if settings.store.kind == "dynamodb" and not is_empty:
        raise ConfigurationError(
            "this works on a copy, and the store is on DynamoDB: make one with `newsletter store "
            'copy`, and use it with settings whose store.kind is "sqlite"'
        )
    path = None if is_empty else settings.store.path
    return open_scratch(path, address_key=resolve_secrets(settings, make=False).address_key)


@contextmanager
def lend_pace(settings: Settings) -> Iterator[SendPace]:
    """Lend the sending rate that all who share the store share."""
    if settings.store.kind == "dynamodb":
        from newsletter.stores.dynamodb.client import connect
        from newsletter.stores.dynamodb.pace import DynamoPace

        dynamo = connect(_link(settings))
        try:
            yield DynamoPace(dynamo, settings.store.ledger_table)
        finally:
            dynamo.close()
        return
    from newsletter.stores.sqlite.pace import SqlitePace

    pace = SqlitePace(settings.store.pace_path)
    try:
        yield pace
    finally:
        pace.close()


def make_gate(settings: Settings, sleep: Callable[[float], None]) -> SqliteGate | DynamoGate:
    """Return arXiv's pace over all who share the store."""
    interval_s = settings.arxiv.min_interval_s
    if settings.store.kind == "dynamodb":
        from newsletter.stores.dynamodb.client import connect
        from newsletter.stores.dynamodb.gate import DynamoGate

        return DynamoGate(connect(_link(settings)), settings.store.table, interval_s, sleep=sleep)
    from newsletter.stores.sqlite.gate import SqliteGate

    return SqliteGate(settings.store.gate_path, interval_s, sleep=sleep)


def _open_dynamo(settings: Settings, *, clock: Clock) -> DynamoStore:
    """Open the store on DynamoDB.

    Raises:
        ConfigurationError: there is no key of the addresses; on a deployment none is made.
        StoreError: it cannot be reached, or was made with another key.
    """
    from newsletter.stores.dynamodb.store import open_store

    secrets = settings.secrets
    if not (secrets.token_keys and secrets.address_key.get_secret_value()):
        raise ConfigurationError(
            'secrets.token_keys and secrets.address_key are needed while store.kind is "dynamodb": '
            "set aws.parameters to the path under which Parameter Store has them"
        )
    return open_store(
        _link(settings),
        table=settings.store.table,
        ledger_table=settings.store.ledger_table,
        address_key=secrets.address_key.get_secret_value().encode(),
        clock=clock,
    )


def _link(settings: Settings) -> Link:
    from newsletter.stores.dynamodb.client import Link

    aws = settings.aws
    return Link(region=aws.region or None, endpoint_url=aws.endpoint_url or None)
