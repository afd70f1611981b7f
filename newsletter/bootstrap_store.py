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
    from newsletter.stores.scratch_wish import ScratchWish
    from newsletter.stores.sqlite.gate import SqliteGate
    from newsletter.stores.sqlite.store import SqliteStore


def open_real_store(settings: Settings, *, clock: Clock) -> SqliteStore | DynamoStore:
    """Open the store of the settings."""
    if settings.store.kind == "dynamodb":
        return _open_dynamo(settings, clock=clock)
    from newsletter.stores.sqlite.store import open_store

    return open_store(settings.store.path, address_key=resolve_secrets(settings).address_key)


def open_empty_store(settings: Settings) -> SqliteStore:
    """Open a private store that is thrown away, with nothing in it."""
    from newsletter.stores.sqlite.store import open_scratch

    return open_scratch(None, address_key=_address_key(settings))


def open_copied_store(
    settings: Settings,
    wish: ScratchWish,
    *,
    clock: Clock,
    tell: Callable[[str], object],
) -> SqliteStore:
    """Open a private copy of the store that is thrown away.

    Args:
        settings: name the store.
        wish: what is wanted of one on DynamoDB; of a file, everything is copied.
        clock: of the store.
        tell: told what is copied.
    """
    from newsletter.stores.sqlite.store import open_scratch

    if settings.store.kind != "dynamodb":
        return open_scratch(settings.store.path, address_key=_address_key(settings))
    from newsletter.stores.copy_scratch import fill_scratch

    with _open_dynamo(settings, clock=clock) as source:
        copy = open_empty_store(settings)
        try:
            fill_scratch(source, copy, wish, tell=tell)
        except BaseException:
            copy.close()
            raise
    return copy


def _address_key(settings: Settings) -> bytes:
    return resolve_secrets(settings, make=False).address_key


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
