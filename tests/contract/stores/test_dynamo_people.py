"""DynamoDB keeps the contracts of people."""

from typing import Any

import pytest

from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.suppressions import DynamoSuppressions
from tests.contract.stores.conftest import Tables
from tests.contract.stores.subscriber_store import SubscriberStoreContract
from tests.contract.stores.suppression_store import SuppressionStoreContract
from tests.contract.stores.values import KEY


@pytest.fixture
def people(dynamo: Dynamo, tables: Tables) -> People:
    return People(dynamo=dynamo, table=tables.main, address_key=KEY)


@pytest.fixture
def subscribers(people: People) -> Any:
    return DynamoSubscribers(people)


@pytest.fixture
def suppressions(people: People) -> Any:
    return DynamoSuppressions(people)


class TestDynamoSubscribers(SubscriberStoreContract):
    pass


class TestDynamoSuppressions(SuppressionStoreContract):
    many = 130
