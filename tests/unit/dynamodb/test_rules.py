"""The rules that the emulated DynamoDB keeps beside moto's."""

from typing import Any

import pytest

from tests.servers.dynamodb_rules import what_is_wrong

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
UPDATE: dict[str, Any] = {
    "UpdateExpression": "SET #state = if_not_exists(#state, :one), tag = :one ADD n :one",
    "ConditionExpression": "attribute_not_exists(pk) OR (begins_with(sk, :one) AND NOT n = :one)",
    "ExpressionAttributeNames": {"#state": "state"},
    "ExpressionAttributeValues": {":one": {"N": "1"}},
}


def test_what_is_right_passes() -> None:
    assert what_is_wrong("UpdateItem", UPDATE) is None
    assert what_is_wrong("TransactWriteItems", {"TransactItems": [{"Update": UPDATE}]}) is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"UpdateExpression": "SET state = :one, #state = :one"}, "reserved"),
        ({"ExpressionAttributeNames": {"#state": "state", "#spare": "x"}}, "unused"),
        ({"ExpressionAttributeValues": {":one": {"N": "1"}, ":two": {"N": "2"}}}, "unused"),
        ({"ExpressionAttributeNames": {}}, "empty"),
        ({"ConditionExpression": "n = :one OR " * 400}, "4 KB"),
        ({"Item": {"text": {"S": "x" * 400_000}}}, "400 KB"),
    ],
)
def test_what_moto_lets_pass_is_refused(changed: dict[str, Any], why: str) -> None:
    for operation, request in (
        ("UpdateItem", UPDATE | changed),
        ("TransactWriteItems", {"TransactItems": [{"Update": UPDATE}, {"Put": UPDATE | changed}]}),
    ):
        assert why in (what_is_wrong(operation, request) or "")


def test_batches_have_their_own_rules() -> None:
    twice = {
        "RequestItems": {"t": [{"PutRequest": {"Item": KEY}}, {"DeleteRequest": {"Key": KEY}}]}
    }
    assert "two writes" in (what_is_wrong("BatchWriteItem", twice) or "")
    keys = {"RequestItems": {"t": {"Keys": [KEY, KEY]}}}
    assert "twice" in (what_is_wrong("BatchGetItem", keys) or "")
    many = {"RequestItems": {"t": {"Keys": [{**KEY, "sk": {"S": str(n)}} for n in range(101)]}}}
    assert "100" in (what_is_wrong("BatchGetItem", many) or "")
    large = {"TransactItems": [{"Put": {"Item": {"x": {"S": "x" * 300_000}}}}] * 14}
    assert "4 MB" in (what_is_wrong("TransactWriteItems", large) or "")
