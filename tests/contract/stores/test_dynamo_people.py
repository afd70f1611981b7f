"""DynamoDB keeps the contracts of people."""

from typing import Any, cast

import pytest

from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.feedback import DynamoFeedback
from newsletter.stores.dynamodb.moves import DynamoMoves
from newsletter.stores.dynamodb.notices import DynamoNotices
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.readers import DynamoReaders
from newsletter.stores.dynamodb.slots import DynamoSlots
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.suppressions import DynamoSuppressions
from tests.contract.stores.conftest import Tables
from tests.contract.stores.reader_stores import (
    FeedbackStoreContract,
    MoveStoreContract,
    NoticeStoreContract,
    ReaderStoreContract,
)
from tests.contract.stores.slot_store import SlotStoreContract
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


@pytest.fixture
def notices(people: People) -> Any:
    return DynamoNotices(people)


@pytest.fixture
def moves(people: People) -> Any:
    return DynamoMoves(people)


@pytest.fixture
def feedback(people: People) -> Any:
    return DynamoFeedback(people)


@pytest.fixture
def slots(people: People) -> Any:
    return DynamoSlots(people)


class NoDeliveries:
    """Stands for the ledger where a reader has no mails."""

    def forget_reader(self, subscriber_id: str) -> None:
        self.forgotten = subscriber_id


@pytest.fixture
def readers(people: People, subscribers: Any, notices: Any) -> Any:
    return DynamoReaders(
        people, subscribers=subscribers, notices=notices, deliveries=cast("Any", NoDeliveries())
    )


class TestDynamoSubscribers(SubscriberStoreContract):
    pass


class TestDynamoSuppressions(SuppressionStoreContract):
    many = 130


class TestDynamoReaders(ReaderStoreContract):
    pass


class TestDynamoNotices(NoticeStoreContract):
    pass


class TestDynamoMoves(MoveStoreContract):
    pass


class TestDynamoFeedback(FeedbackStoreContract):
    pass


class TestDynamoSlots(SlotStoreContract):
    pass
