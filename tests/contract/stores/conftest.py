"""A fresh store for each test: SQLite's, or tables of DynamoDB."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.tables import create_tables
from newsletter.stores.sqlite import SqliteStore, open_store
from tests.contract.stores.values import KEY
from tests.servers.moto_server import MotoServer


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the store of this test is."""
    return tmp_path / "newsletter.db"


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    """An open, empty store."""
    with open_store(database, address_key=KEY) as opened:
        yield opened


class Tables(NamedTuple):
    """The names of the tables of a test."""

    main: str
    ledger: str


@pytest.fixture(scope="session")
def dynamo(moto_server: MotoServer) -> Iterator[Dynamo]:
    """A client of the emulated DynamoDB, for all tests of a run: making one takes a while."""
    made = moto_server.dynamo()
    yield made
    made.close()


@pytest.fixture
def tables(moto_server: MotoServer, dynamo: Dynamo) -> Iterator[Tables]:
    """Two empty tables."""
    moto_server.forget()
    made = Tables("main", "ledger")
    create_tables(dynamo.sdk, main=made.main, ledger=made.ledger)
    yield made
    moto_server.forget()
    for name in made:
        dynamo.sdk.delete_table(TableName=name)
