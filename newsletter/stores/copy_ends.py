"""Open the ends of a copy as the command names them: ``sqlite:PATH``, ``dynamodb:TABLE,LEDGER``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from newsletter.errors import StoreError, UsageError
from newsletter.stores.copy import End
from newsletter.stores.copy_dynamodb import DynamoRows
from newsletter.stores.copy_sqlite import SqliteRows
from newsletter.stores.dynamodb import store as dynamodb
from newsletter.stores.dynamodb.client import Link
from newsletter.stores.sqlite import store as sqlite
from newsletter.stores.sqlite.connection import open_file

FORMS: Final = "sqlite:PATH or dynamodb:TABLE,LEDGER"


@contextmanager
def opened(
    text: str,
    *,
    address_key: bytes,
    region: str | None = None,
    endpoint_url: str | None = None,
    must_exist: bool = False,
) -> Iterator[End]:
    """Lend a store for the time of the block.

    Args:
        text: which, in one of the forms above.
        address_key: the secret under which addresses are hashed: one for both ends.
        region: of DynamoDB; None takes the environment's.
        endpoint_url: of DynamoDB; None takes the region's own.
        must_exist: make no file where there is none; tables are never made.

    Raises:
        UsageError: the text is none of the forms.
        StoreError: it cannot be opened, or must exist and does not.
    """
    kind, _, rest = text.partition(":")
    if kind == "sqlite" and rest:
        if must_exist and not Path(rest).is_file():
            raise StoreError(f"there is no {rest}")
        yield from _sqlite(Path(rest), address_key)
        return
    names = [name.strip() for name in rest.split(",")]
    if kind != "dynamodb" or len(names) != 2 or not all(names):
        raise UsageError(f"{text!r} names no store: write {FORMS}")
    yield from _dynamodb(names, address_key, region, endpoint_url)


def _sqlite(path: Path, address_key: bytes) -> Iterator[End]:
    with sqlite.open_store(path, address_key=address_key) as store:
        file = open_file(path)
        try:
            yield End(store, SqliteRows(file))
        finally:
            file.close()


def _dynamodb(
    names: list[str], address_key: bytes, region: str | None, endpoint_url: str | None
) -> Iterator[End]:
    link = Link(region=region, endpoint_url=endpoint_url)
    table, ledger = names
    with dynamodb.open_store(
        link, table=table, ledger_table=ledger, address_key=address_key
    ) as store:
        yield End(store, DynamoRows(store))
