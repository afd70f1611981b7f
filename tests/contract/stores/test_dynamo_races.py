"""DynamoDB under many hands at once, and when it answers badly: nothing twice, nothing half."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from newsletter.errors import StoreError
from newsletter.model import DeliveryChange, DeliveryState, EventKind
from newsletter.stores.dynamodb.actions import delete
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.event_items import mail_key
from newsletter.stores.dynamodb.events import DynamoEvents, heard_of
from newsletter.stores.dynamodb.ledger import DynamoLedger
from newsletter.stores.dynamodb.ledger_events import DynamoDeliveryRows
from newsletter.stores.dynamodb.ledger_part import LedgerParts
from newsletter.stores.dynamodb.notices import DynamoNotices
from newsletter.stores.dynamodb.people import People
from newsletter.stores.dynamodb.readers import DynamoReaders
from newsletter.stores.dynamodb.slots import DynamoSlots
from newsletter.stores.dynamodb.subscribers import DynamoSubscribers
from newsletter.stores.dynamodb.suppressions import DynamoSuppressions
from subscribers.changes import ReaderChange
from subscribers.consent import ConsentAct
from subscribers.errors import StaleRevisionError, SubscriberError
from subscribers.model import SubscriberState
from subscribers.notices import NoticeKind, NoticeState
from subscribers.suppression import Standing, SuppressionReason
from tests.contract.stores.conftest import Tables
from tests.contract.stores.event_values import make_bounce, make_event
from tests.contract.stores.reader_stores import entry, notice
from tests.contract.stores.values import ISSUE_ID, KEY, LEASE_UNTIL, plan_for
from tests.factories import NOW, make_subscriber
from tests.servers.moto_server import MotoServer, all_items

HANDS = 6
READER = make_subscriber(1)


@pytest.fixture
def people(dynamo: Dynamo, tables: Tables) -> People:
    return People(dynamo=dynamo, table=tables.main, address_key=KEY)


@pytest.fixture
def subscribers(people: People) -> DynamoSubscribers:
    return DynamoSubscribers(people)


@pytest.fixture
def parts(people: People, tables: Tables) -> LedgerParts:
    return LedgerParts(
        dynamo=people.dynamo,
        table=tables.ledger,
        readers=lambda ids: {each: kept.subscriber for each, kept in people.read_all(ids).items()},
        heard_of=partial(heard_of, people),
        clock=lambda: NOW,
    )


@pytest.fixture
def readers(people: People, subscribers: DynamoSubscribers, parts: LedgerParts) -> DynamoReaders:
    return DynamoReaders(
        people,
        subscribers=subscribers,
        notices=DynamoNotices(people),
        deliveries=DynamoDeliveryRows(parts),
    )


@pytest.fixture
def events(people: People, parts: LedgerParts) -> DynamoEvents:
    return DynamoEvents(people, deliveries=DynamoDeliveryRows(parts))


def together(work: Callable[[int], Any]) -> list[Any]:
    """Let several threads work at once; refusals are among the answers."""

    def attempt(number: int) -> Any:
        try:
            return work(number)
        except SubscriberError as error:
            return error

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(attempt, range(HANDS)))


def test_an_address_is_taken_by_one_of_many(subscribers: DynamoSubscribers) -> None:
    answers = together(
        lambda number: subscribers.add(make_subscriber(number, address="one@example.org"))
    )
    assert answers.count(None) == 1
    winner = subscribers.find("one@example.org")
    assert winner is not None
    assert [each.id for each in subscribers.list_by_state()] == [winner.id]


def test_of_many_changes_of_a_revision_one_is_saved(subscribers: DynamoSubscribers) -> None:
    subscribers.add(READER)
    answers = together(lambda number: subscribers.save(replace(READER, generation=number + 2)))
    refused = [each for each in answers if isinstance(each, StaleRevisionError)]
    assert len(refused) == HANDS - 1
    found = subscribers.get(READER.id)
    assert found is not None
    assert found.revision == 2


def test_whoever_comes_first_nobody_suppressed_is_active(
    people: People, subscribers: DynamoSubscribers
) -> None:
    suppressions = DynamoSuppressions(people)

    def work(number: int) -> object:
        if number % 2:
            return suppressions.suppress(READER.address, SuppressionReason.MANUAL, now=NOW)
        subscribers.add(replace(READER, id=f"{READER.id[:-1]}{number}"))
        return None

    together(work)
    states = [each.state for each in subscribers.list_by_state()]
    assert states in ([], [SubscriberState.SUPPRESSED])
    assert suppressions.find(READER.address) is not None


def test_of_many_notices_at_once_one_goes(people: People) -> None:
    notices = DynamoNotices(people)
    taken = together(lambda number: notices.queue(notice(number, NoticeKind.CONFIRM)))
    assert taken.count(True) == 1
    claimed = together(lambda _number: notices.claim(limit=9, now=NOW))
    assert sum(len(each) for each in claimed) == 1


def test_events_are_kept_and_applied_once(people: People, events: DynamoEvents) -> None:
    bounces = [make_bounce(number=number) for number in range(12)]
    kept = together(lambda _number: events.keep(bounces, received_at=NOW))
    assert sum(len(each) for each in kept) == 12
    judged = together(lambda _number: events.apply_to_readers(suppress, limit=4))
    rest = events.apply_to_readers(suppress)
    assert sum(len(each) for each in [*judged, rest]) == 12
    assert len(list(DynamoSuppressions(people).list_all())) == 12


def suppress(standing: Standing, _events: object) -> Standing:
    from subscribers import suppression as policy

    return policy.suppress(standing, SuppressionReason.BOUNCE, now=NOW)


def test_an_event_that_comes_while_its_reader_is_judged_is_not_lost(events: DynamoEvents) -> None:
    events.keep([make_bounce()], received_at=NOW)
    asked: list[int] = []

    def judge(standing: Standing, kept: Sequence[object]) -> Standing:
        asked.append(len(kept))
        events.keep([make_bounce(key="while judged")], received_at=NOW)
        return standing

    assert len(events.apply_to_readers(judge)) == 1
    assert asked == [1, 2]
    assert events.apply_to_readers(judge) == ()


def test_an_event_that_comes_while_its_mail_is_judged_is_not_lost(
    events: DynamoEvents, subscribers: DynamoSubscribers, parts: LedgerParts
) -> None:
    ledger = DynamoLedger(parts)
    plan_for(1, ledger=ledger, subscribers=subscribers)
    (claim,) = ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
    ledger.settle(claim, DeliveryState.UNKNOWN)
    events.keep([make_event(EventKind.SENT)], received_at=NOW)

    def judge(_delivery: object, _events: object) -> DeliveryChange:
        events.keep([make_event(EventKind.DELIVERED)], received_at=NOW)
        return DeliveryChange(
            state=DeliveryState.SENT, reason=None, provider_id="p", accepted_at=NOW
        )

    events.apply_to_deliveries(judge)
    assert events.count_waiting() == 2
    assert len(events.apply_to_deliveries(lambda _delivery, found: None)) == 1
    assert events.count_waiting() == 0


def test_a_lock_is_taken_by_one_of_many(people: People) -> None:
    slots = DynamoSlots(people)
    until = NOW + timedelta(minutes=1)
    assert together(lambda _number: slots.lock("prepare", now=NOW, until=until)).count(True) == 1


def test_a_reply_that_is_lost_makes_nobody_a_stranger(
    moto_server: MotoServer, subscribers: DynamoSubscribers, readers: DynamoReaders
) -> None:
    moto_server.fail("TransactWriteItems", "replayed")
    readers.apply(ReaderChange(subscriber=READER, is_new=True, entry=entry(READER)))
    moto_server.fail("TransactWriteItems", "replayed")
    assert subscribers.save(replace(READER, language="zh")).revision == 2
    assert len(readers.consents(READER.id)) == 1


def test_a_busy_table_is_an_error_of_the_store_and_leaves_nothing_half(
    moto_server: MotoServer,
    subscribers: DynamoSubscribers,
    readers: DynamoReaders,
    people: People,
) -> None:
    moto_server.fail("TransactWriteItems", *["conflict"] * 4)
    change = ReaderChange(subscriber=READER, is_new=True, entry=entry(READER), notices=(notice(1),))
    with pytest.raises(StoreError, match="busy"):
        readers.apply(change)
    assert subscribers.find(READER.address) is None
    assert readers.consents(READER.id) == ()
    assert DynamoNotices(people).claim(limit=9, now=NOW) == ()
    readers.apply(change)
    assert len(DynamoNotices(people).claim(limit=9, now=NOW)) == 1


def test_an_erasure_that_broke_off_is_finished_by_the_next(
    moto_server: MotoServer, readers: DynamoReaders, people: People, events: DynamoEvents
) -> None:
    readers.apply(ReaderChange(subscriber=READER, is_new=True, entry=entry(READER)))
    moto_server.fail("UpdateItem", "ok", *["down"] * 9)
    with pytest.raises(StoreError):
        readers.erase(READER.id, entry(READER, ConsentAct.ERASED))
    moto_server.forget()
    readers.erase(READER.id, entry(READER, ConsentAct.ERASED))
    assert {each.evidence.network for each in readers.consents(READER.id)} == {""}
    everything = str(all_items(people.dynamo, people.table))
    assert READER.address not in everything
    assert READER.address.split("@")[0] not in everything


def test_a_notice_beside_a_change_of_address_goes_to_the_old_one(
    readers: DynamoReaders, subscribers: DynamoSubscribers, people: People
) -> None:
    subscribers.add(READER)
    moved = replace(READER, address="new@example.org")
    told = tuple(
        notice(number, NoticeKind.MOVE_OLD, address=address)
        for number, address in enumerate([READER.address, "new@example.org", READER.address])
    )
    readers.apply(ReaderChange(subscriber=moved, notices=told))
    claimed = DynamoNotices(people).claim(limit=9, now=NOW)
    assert [each.id for each in claimed] == [each.id for each in told]
    DynamoNotices(people).settle(claimed[0].id, NoticeState.SENT)


def test_events_of_a_batch_cost_few_requests(
    moto_server: MotoServer,
    events: DynamoEvents,
    subscribers: DynamoSubscribers,
    parts: LedgerParts,
) -> None:
    ledger = DynamoLedger(parts)
    plan_for(20, ledger=ledger, subscribers=subscribers)
    for claim in ledger.claim(ISSUE_ID, limit=20, lease_until=LEASE_UNTIL):
        ledger.settle(claim, DeliveryState.UNKNOWN)
    moto_server.forget()
    events.keep([make_event(EventKind.SENT, number) for number in range(1, 21)], received_at=NOW)
    events.apply_to_readers(lambda standing, _events: standing)
    changed = DeliveryChange(
        state=DeliveryState.SENT, reason=None, provider_id="p", accepted_at=NOW
    )
    assert len(events.apply_to_deliveries(lambda _delivery, _events: changed)) == 20
    total = sum(moto_server.counts().values())
    print(f"{total} requests for 20 events: {moto_server.counts()}")  # noqa: T201 - a measurement
    assert total <= 60


def test_what_went_by_itself_leaves_no_trace(people: People, events: DynamoEvents) -> None:
    events.keep([make_bounce()], received_at=NOW)
    events.apply_to_readers(lambda standing, _events: standing)
    mail = make_bounce().delivery_id or ""
    assert mail in heard_of(people, [mail])
    people.dynamo.write(delete(people.table, mail_key(mail)))
    events.keep([make_bounce(key="later", delivery_id="another")], received_at=NOW)
    asked: list[int] = []

    def judge(standing: Standing, kept: Sequence[object]) -> Standing:
        asked.append(len(kept))
        return standing

    events.apply_to_readers(judge)
    assert asked == [1]
    heard = [item for item in all_items(people.dynamo, people.table) if item["sk"] == "E"]
    assert [item["mails"] for item in heard] == [frozenset({"another"})]
