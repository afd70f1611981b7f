"""All of the store on DynamoDB together: its key, and what events do to the ledger."""

from datetime import timedelta

import pytest

from newsletter.errors import StoreError
from newsletter.model import DeliveryChange, DeliveryState, EventKind, Receipt, Settlement
from newsletter.stores.dynamodb.client import Link
from newsletter.stores.dynamodb.ledger_keys import month_of, months_until
from newsletter.stores.dynamodb.store import open_store
from tests.contract.stores.conftest import Tables
from tests.contract.stores.event_values import make_event
from tests.contract.stores.values import ISSUE_ID, KEY, LEASE_UNTIL, make_delivery, plan_for
from tests.factories import NOW, make_subscriber
from tests.servers.moto_server import REGION, MotoServer

S = DeliveryState
MINUTE = timedelta(minutes=1)


@pytest.fixture
def link(moto_server: MotoServer, tables: Tables) -> Link:
    del tables
    return Link(region=REGION, endpoint_url=moto_server.url)


def test_another_key_than_the_first_is_refused(link: Link) -> None:
    for _ in range(2):
        open_store(link, table="main", ledger_table="ledger", address_key=KEY).close()
    with pytest.raises(StoreError, match="another address key"):
        open_store(link, table="main", ledger_table="ledger", address_key=KEY[::-1])


def test_a_table_that_is_not_there_is_told(link: Link) -> None:
    with pytest.raises(StoreError, match="no such table"):
        open_store(link, table="nothing", ledger_table="ledger", address_key=KEY)


def test_events_change_mails_what_was_shown_and_what_counts_as_silent(link: Link) -> None:
    with open_store(link, table="main", ledger_table="ledger", address_key=KEY) as store:
        plan_for(4, ledger=store.ledger, subscribers=store.subscribers)
        claims = store.ledger.claim(ISSUE_ID, limit=4, lease_until=LEASE_UNTIL)
        late = Receipt(provider_id="late", accepted_at=NOW + 5 * MINUTE)
        store.ledger.settle(claims[0], S.SENT, receipt=late)
        unknown = [Settlement(claim=each, state=S.UNKNOWN, at=NOW) for each in claims[1:3]]
        assert store.ledger.settle_all(unknown) == (True, True)
        store.ledger.settle(claims[3], S.SENT, receipt=Receipt(provider_id="x", accepted_at=NOW))
        silent = {"settled_after": NOW - MINUTE, "settled_before": NOW + MINUTE}
        assert store.ledger.silent_unknown(ISSUE_ID, **silent, max_resends=1) == ()

        heard = [(claims[0], S.DELIVERED), (claims[2], S.SENT), (claims[3], S.BOUNCED)]
        told = {each.delivery.id: state for each, state in heard}
        store.events.keep(
            [
                make_event(EventKind.DELIVERED, number, delivery_id=each.delivery.id)
                for number, (each, _) in enumerate(heard, start=1)
            ],
            received_at=NOW,
        )
        store.events.apply_to_deliveries(
            lambda delivery, _events: DeliveryChange(
                state=told[delivery.id],
                reason=None,
                provider_id=delivery.provider_id or "proved",
                accepted_at=late.accepted_at,
            )
        )
        assert store.ledger.count_by_state(ISSUE_ID) == {
            S.DELIVERED: 1, S.UNKNOWN: 1, S.SENT: 1, S.BOUNCED: 1
        }  # fmt: skip
        shown = store.ledger.shown_papers([each.subscriber.id for each in claims])
        assert [bool(shown[each.subscriber.id]) for each in claims] == [True, False, True, False]
        left = store.ledger.silent_unknown(ISSUE_ID, **silent, max_resends=1)
        assert left == (claims[1].delivery.id,)


def test_who_is_forgotten_leaves_nothing_in_the_ledger(link: Link) -> None:
    with open_store(link, table="main", ledger_table="ledger", address_key=KEY) as store:
        plan_for(1, ledger=store.ledger, subscribers=store.subscribers)
        (claim,) = store.ledger.claim(ISSUE_ID, limit=1, lease_until=LEASE_UNTIL)
        store.ledger.settle(claim, S.SENT, receipt=Receipt(provider_id="x", accepted_at=NOW))
        reader = make_subscriber(1).id
        (received,) = store.readers.received(reader, limit=9)
        assert received.papers == tuple(pick.paper_id for pick in make_delivery(1).picks)
        store.rows.forget_reader(reader)
        assert store.ledger.shown_papers([reader]) == {reader: frozenset()}
        assert [each.papers for each in store.readers.received(reader, limit=9)] == [()]


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-11", ("2026-11", "2026-10", "2026-09")),
        ("2026-01", ("2026-01", "2025-12", "2025-11")),
    ],
)
def test_months_go_back_over_the_turn_of_a_year(month: str, expected: tuple[str, ...]) -> None:
    assert months_until(month, 3) == expected
    assert month_of(f"{month}-20-daily") == month
