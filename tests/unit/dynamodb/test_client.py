"""The client against moto: items, transactions, faults."""

import time
from collections.abc import Callable, Iterator

import pytest

from newsletter.errors import StoreError
from newsletter.stores.dynamodb.actions import check, delete, put, set_to, update
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.faults import ConditionFailedError
from newsletter.stores.dynamodb.tables import create_tables, key
from tests.servers.moto_server import MotoServer, all_items

KEY = key("a", "1")
ABSENT = "attribute_not_exists(pk)"


@pytest.fixture(scope="module")
def dynamo(moto_server: MotoServer) -> Iterator[Dynamo]:
    made = moto_server.dynamo()
    create_tables(made.sdk, main="client", ledger="client-ledger")
    yield made
    made.sdk.delete_table(TableName="client")
    made.close()


@pytest.fixture(autouse=True)
def _empty(dynamo: Dynamo, moto_server: MotoServer) -> None:
    moto_server.forget()
    found = all_items(dynamo, "client")
    dynamo.write_all([delete("client", key(each["pk"], each["sk"])) for each in found])


def test_an_item_comes_back_as_it_was(dynamo: Dynamo) -> None:
    item = {
        "text": "é", "empty": "", "number": -7, "big": 10**20, "yes": True, "raw": b"\0",
        "list": ["a", 1], "map": {"b": False}, "set": frozenset({"x", "y"}),
    }  # fmt: skip
    dynamo.write(put("client", KEY, {**item, "none": None}))
    assert dynamo.get("client", KEY) == {**KEY, **item}
    assert dynamo.get("client", key("a", "2")) is None


def test_many_are_read_and_written_over_the_limits_of_a_request(dynamo: Dynamo) -> None:
    keys = [key("many", f"{number:03}") for number in range(230)]
    dynamo.write_all([put("client", each, {"n": each["sk"]}) for each in keys])
    assert len(dynamo.get_all("client", [*keys, *keys, key("many", "none")])) == 230
    page = dynamo.query("client", "pk = :pk", values={"pk": "many"}, limit=200)
    rest = dynamo.query("client", "pk = :pk", values={"pk": "many"}, after=page.after)
    assert [each["sk"] for each in (*page.items, *rest.items)] == [each["sk"] for each in keys]
    assert rest.after is None


def test_a_transaction_is_all_or_nothing_and_says_what_failed(dynamo: Dynamo) -> None:
    dynamo.transact([put("client", KEY, {"n": 1}, condition=ABSENT)])
    with pytest.raises(ConditionFailedError) as caught:
        dynamo.transact(
            [
                put("client", key("b", "1"), {"n": 2}),
                put("client", KEY, {"n": 3}, condition=ABSENT),
                check("client", key("c", "1"), "attribute_exists(pk)"),
            ]
        )
    assert caught.value.failed == (False, True, True)
    assert caught.value.found == (None, {**KEY, "n": 1}, None)
    assert dynamo.get("client", key("b", "1")) is None


def test_a_single_write_says_what_it_found(dynamo: Dynamo) -> None:
    dynamo.write(put("client", KEY, {"n": 1}))
    wrong = update("client", KEY, "ADD n :one", condition="n > :one", values={"one": 1})
    with pytest.raises(ConditionFailedError) as caught:
        dynamo.write(wrong)
    assert caught.value.found == ({**KEY, "n": 1},)


def test_attributes_are_set_and_taken_away(dynamo: Dynamo) -> None:
    dynamo.write(put("client", KEY, {"name": "a", "state": "b"}))
    dynamo.write(set_to("client", KEY, {"name": "c", "state": None}))
    assert dynamo.get("client", KEY) == {**KEY, "name": "c"}


def test_a_single_write_whose_answer_is_lost_shows_itself_in_what_it_found(
    dynamo: Dynamo, moto_server: MotoServer
) -> None:
    moto_server.fail("PutItem", "lost")
    with pytest.raises(ConditionFailedError) as caught:
        dynamo.write(put("client", KEY, {"by": "me"}, condition=ABSENT))
    assert caught.value.found == ({**KEY, "by": "me"},)


def test_transactions_that_meet_are_tried_again(dynamo: Dynamo, moto_server: MotoServer) -> None:
    moto_server.fail("TransactWriteItems", "conflict", "conflict")
    dynamo.transact([put("client", KEY, {"n": 1})])
    assert dynamo.get("client", KEY) is not None
    assert moto_server.counts()["TransactWriteItems"] == 3


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        ("TransactWriteItems", "conflict"),
        ("GetItem", "throttle"),
        ("GetItem", "down"),
        ("BatchGetItem", "unprocessed"),
        ("BatchWriteItem", "unprocessed"),
    ],
)
def test_a_fault_that_lasts_is_given_up_soon(
    moto_server: MotoServer, dynamo: Dynamo, operation: str, fault: str
) -> None:
    impatient = moto_server.dynamo(tries=2)
    ask: Callable[[], object] = {
        "TransactWriteItems": lambda: impatient.transact([put("client", KEY, {})]),
        "GetItem": lambda: impatient.get("client", KEY),
        "BatchGetItem": lambda: impatient.get_all("client", [KEY]),
        "BatchWriteItem": lambda: impatient.write_all([put("client", KEY, {})]),
    }[operation]
    moto_server.fail(operation, fault, fault, fault)
    began = time.monotonic()
    with pytest.raises(StoreError, match="DynamoDB"):
        ask()
    assert moto_server.counts()[operation] == 2
    assert time.monotonic() - began < 5
    impatient.close()


def test_a_missing_table_names_the_setting(dynamo: Dynamo) -> None:
    with pytest.raises(StoreError, match=r"store\.table"):
        dynamo.get("nowhere", KEY)


def test_nobody_there_is_an_error_that_says_so() -> None:
    nobody = MotoServer("http://127.0.0.1:9").dynamo(tries=1)
    with pytest.raises(StoreError, match="endpoint_url"):
        nobody.get("client", KEY)
    nobody.close()
