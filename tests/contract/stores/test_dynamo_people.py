"""DynamoDB keeps the contracts of people."""

from functools import partial
from typing import Any

import pytest

from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.events import DynamoEvents, heard_of
from newsletter.stores.dynamodb.feedback import DynamoFeedback
from newsletter.stores.dynamodb.ledger import DynamoLedger
from newsletter.stores.dynamodb.ledger_events import DynamoDeliveryRows
from newsletter.stores.dynamodb.ledger_part import LedgerParts
from newsletter.stores.dynamodb.moves import DynamoMoves
from newsletter.stores.dynamodb.notices import DynamoNotices
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.readers import DynamoReaders
from newsletter.stores.dynamodb.slots import DynamoSlots
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.suppressions import DynamoSuppressions
from tests.contract.stores.conftest import Tables
from tests.contract.stores.event_store import EventStoreContract
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
from tests.factories import NOW


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


@pytest.fixture
def mails(people: People, tables: Tables) -> LedgerParts:
    return LedgerParts(
        dynamo=people.dynamo,
        table=tables.ledger,
        readers=lambda ids: {each: kept.subscriber for each, kept in people.read_all(ids).items()},
        heard_of=partial(heard_of, people),
        clock=lambda: NOW,
    )


@pytest.fixture
def ledger(mails: LedgerParts) -> Any:
    return DynamoLedger(mails)


@pytest.fixture
def events(people: People, mails: LedgerParts) -> Any:
    return DynamoEvents(people, deliveries=DynamoDeliveryRows(mails))


@pytest.fixture
def readers(people: People, subscribers: Any, notices: Any, mails: LedgerParts) -> Any:
    rows = DynamoDeliveryRows(mails)
    return DynamoReaders(people, subscribers=subscribers, notices=notices, deliveries=rows)


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


class TestDynamoEvents(EventStoreContract):
    pass
