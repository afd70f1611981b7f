"""DynamoDB keeps the contracts of people."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from newsletter.errors import StoreError
from newsletter.model import DeliveryState
from newsletter.stores.dynamodb.actions import set_to
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
from newsletter.stores.dynamodb.tables import address_key
from subscribers.consent import ConsentAct
from subscribers.suppression import SuppressionReason
from tests.contract.stores.conftest import Tables
from tests.contract.stores.event_store import EventStoreContract
from tests.contract.stores.reader_stores import (
    FeedbackStoreContract,
    MoveStoreContract,
    NoticeStoreContract,
    ReaderStoreContract,
    entry,
)
from tests.contract.stores.slot_store import SlotStoreContract
from tests.contract.stores.subscriber_store import SubscriberStoreContract
from tests.contract.stores.suppression_store import SuppressionStoreContract
from tests.contract.stores.values import KEY, make_delivery
from tests.factories import NOW, make_issue, make_subscriber
from tests.servers.moto_server import MotoServer, all_items


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


def test_an_erased_readers_deliveries_stay_as_numbers_only(
    readers: DynamoReaders, subscribers: DynamoSubscribers, ledger: DynamoLedger
) -> None:
    reader = make_subscriber()
    subscribers.add(reader)
    ledger.plan(make_issue(), [make_delivery()])
    assert readers.received(reader.id, limit=9)[0].papers
    readers.erase(reader.id, entry(reader, ConsentAct.ERASED))
    assert readers.received(reader.id, limit=9)[0].papers == ()
    assert ledger.count_by_state(make_issue().id) == {DeliveryState.PLANNED: 1}


def test_many_readers_come_in_few_requests(
    moto_server: MotoServer, subscribers: DynamoSubscribers
) -> None:
    moto_server.forget()
    many = [make_subscriber(number) for number in range(200)]
    assert subscribers.add_all(many) == (None,) * 200
    assert moto_server.counts() == {"BatchWriteItem": 1, "TransactWriteItems": 7}
    changed = [replace(each, language="zh") for each in many]
    assert subscribers.save_all(changed) == (None,) * 200
    assert moto_server.counts()["TransactWriteItems"] == 11
    assert moto_server.counts()["BatchGetItem"] == 2


@pytest.mark.parametrize(("name", "value"), [("reason", "nonsense"), ("since", "never")])
def test_a_damaged_suppression_is_an_error_that_says_so(
    people: People, suppressions: DynamoSuppressions, name: str, value: str
) -> None:
    address = make_subscriber().address
    suppressions.suppress(address, SuppressionReason.MANUAL, now=NOW)
    place = address_key(people.hash_of(address))
    people.dynamo.write(set_to(people.table, place, {name: value}))
    with pytest.raises(StoreError, match="cannot be understood"):
        suppressions.find(address)
    with pytest.raises(StoreError, match="cannot be understood"):
        list(suppressions.list_all())


def test_an_address_that_was_left_leaves_no_trace_unless_it_is_suppressed(
    people: People, subscribers: DynamoSubscribers, suppressions: DynamoSuppressions
) -> None:
    old = make_subscriber(1), make_subscriber(2)
    new = tuple(replace(each, address=f"new-{each.address}") for each in old)
    assert subscribers.add_all(old) == (None, None)
    subscribers.save(new[0])
    assert subscribers.save_all([new[1]]) == (None,)
    suppressions.suppress(old[1].address, SuppressionReason.MANUAL, now=NOW)
    places = [item["pk"] for item in all_items(people.dynamo, people.table) if item["sk"] == "A"]
    known = [*(each.address for each in new), old[1].address]
    assert sorted(places) == sorted(f"H#{people.hash_of(each)}" for each in known)
