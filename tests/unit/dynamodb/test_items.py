"""Values as DynamoDB's, and what is refused on the way."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import StoreError
from newsletter.stores.dynamodb.codec import subscriber_from_item, subscriber_to_item
from newsletter.stores.dynamodb.event_items import mail_of, name_of, short
from newsletter.stores.dynamodb.items import from_wire, from_wire_item, to_wire, to_wire_item
from newsletter.stores.dynamodb.tables import (
    expires_at,
    hour_gpk,
    ledger_table,
    main_table,
    shard_of,
)
from subscribers.model import SubscriberState
from tests.contract.stores.event_values import make_bounce
from tests.factories import NOW, make_subscriber

VALUES = st.recursive(
    st.text() | st.integers() | st.booleans() | st.binary() | st.frozensets(st.text(), min_size=1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4))
def test_what_is_written_is_read_back(item: dict[str, Any]) -> None:
    assert from_wire_item(to_wire_item(item)) == item


@pytest.mark.parametrize("value", [1.5, object(), frozenset(), {1, 2}])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be written"):
        to_wire(value)


def test_a_kind_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="NS"):
        from_wire({"NS": ["1"]})


@pytest.mark.parametrize("state", list(SubscriberState))
def test_only_active_readers_are_in_the_index(state: SubscriberState) -> None:
    item = subscriber_to_item(make_subscriber(state=state), address_hash="h")
    is_active = state is SubscriberState.ACTIVE
    assert (item["gpk"] is not None) is (item["gsk"] is not None) is is_active


@pytest.mark.parametrize("name", ["state", "interests", "cadence", "created_at", "revision"])
def test_a_damaged_record_is_an_error_that_names_it(name: str) -> None:
    item = dict(subscriber_to_item(make_subscriber(), address_hash="h"))
    item.pop(name) if name == "revision" else item.update({name: "nonsense"})
    with pytest.raises(StoreError, match=make_subscriber().id):
        subscriber_from_item({key: value for key, value in item.items() if value is not None})


def test_a_shard_is_always_the_same_and_all_are_used() -> None:
    assert shard_of("reader", 8) == shard_of("reader", 8)
    assert {shard_of(str(number), 8) for number in range(200)} == set(range(8))
    assert hour_gpk("Asia/Kathmandu", 7, 3) == "A#Asia/Kathmandu#07#3"


def test_copies_of_an_event_have_one_name_and_others_another() -> None:
    assert name_of(make_bounce()) == name_of(make_bounce(subtype="other"))
    assert name_of(make_bounce()) != name_of(make_bounce(key="another"))


@pytest.mark.parametrize("tag", ["x" * 5_000, "\ud800", "é" * 300])
def test_a_tag_that_nobody_of_us_gave_still_fits_into_a_key(tag: str) -> None:
    mail = mail_of(make_bounce(delivery_id=tag))
    assert len(f"V#{mail}".encode()) <= 1_024
    assert short(mail) == mail


def test_both_tables_are_paid_for_by_request_and_only_main_has_an_index() -> None:
    main, ledger = main_table("m"), ledger_table("l")
    assert main["BillingMode"] == ledger["BillingMode"] == "PAY_PER_REQUEST"
    (index,) = main["GlobalSecondaryIndexes"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert "GlobalSecondaryIndexes" not in ledger
    assert expires_at(NOW) == int(NOW.timestamp())
