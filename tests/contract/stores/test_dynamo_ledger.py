"""DynamoDB keeps the contract of the ledger."""

import pytest

from newsletter.ports import Ledger
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.ledger import DynamoLedger
from newsletter.stores.dynamodb.ledger_part import LedgerParts
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from subscribers.ports import SubscriberStore
from tests.contract.stores.conftest import Tables
from tests.contract.stores.ledger import LedgerContract
from tests.contract.stores.values import KEY
from tests.factories import NOW


@pytest.fixture
def people(dynamo: Dynamo, tables: Tables) -> People:
    return People(dynamo=dynamo, table=tables.main, address_key=KEY)


@pytest.fixture
def ledger(dynamo: Dynamo, tables: Tables, people: People) -> Ledger:
    parts = LedgerParts(
        dynamo=dynamo,
        table=tables.ledger,
        readers=lambda ids: {each: kept.subscriber for each, kept in people.read_all(ids).items()},
        heard_of=lambda _ids: (),
        clock=lambda: NOW,
    )
    return DynamoLedger(parts)


@pytest.fixture
def subscribers(people: People) -> SubscriberStore:
    return DynamoSubscribers(people)


class TestDynamoLedger(LedgerContract):
    """``DynamoLedger`` is a ``Ledger``."""

    many_rows = 200  # three in each of the 64 places that are read
