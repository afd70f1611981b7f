"""What a deployment with many mails needs of the events on DynamoDB."""

from datetime import timedelta

import pytest

from newsletter.model import BounceType, EventKind
from newsletter.model.delivery_id import NOTICE_PREFIX
from newsletter.stores.dynamodb import event_forgetting
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.store import DynamoStore
from tests.contract.stores.conftest import Tables
from tests.contract.stores.event_values import make_bounce, make_event
from tests.contract.stores.values import KEY
from tests.factories import NOW, make_subscriber


@pytest.fixture
def store(dynamo: Dynamo, tables: Tables) -> DynamoStore:
    return DynamoStore(dynamo, table=tables.main, ledger_table=tables.ledger, address_key=KEY)


def test_events_of_notices_are_kept_and_judged_and_wait_for_no_issue(store: DynamoStore) -> None:
    store.subscribers.add(make_subscriber(1))
    notice = f"{NOTICE_PREFIX}01JD"
    sent = make_event(EventKind.SENT, delivery_id=notice)
    bounced = make_bounce(BounceType.PERMANENT, delivery_id=notice)
    assert len(store.events.keep([sent, bounced], received_at=NOW)) == 2
    assert store.events.count_waiting() == 0
    judged = store.events.apply_to_readers(lambda standing, kept: standing)
    assert len(judged) == 1
    assert store.events.keep([sent, bounced], received_at=NOW) == ()
    assert store.events.forget(NOW + timedelta(days=1), quiet_before=NOW) == 2


def test_forgetting_stops_after_a_while_and_goes_on_the_next_time(
    store: DynamoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_forgetting, "MOST_MAILS", 2)
    monkeypatch.setattr(event_forgetting, "MOST_KEYS", 1)
    events = [make_event(EventKind.SENT, number) for number in range(5)]
    store.events.keep(events, received_at=NOW)
    later = NOW + timedelta(days=2)
    assert [store.events.forget(later, quiet_before=later) for _ in range(4)] == [2, 2, 1, 0]
