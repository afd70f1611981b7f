"""Rules of DynamoDB that moto does not keep: requests that break them are refused.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html and
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import moto.dynamodb.parsing

EXPRESSIONS = (
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
SYNTAX = frozenset({"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN"})
FUNCTIONS = re.compile(
    r"\b(attribute_exists|attribute_not_exists|attribute_type|begins_with|contains|size"
    r"|if_not_exists|list_append)\s*\("
)
WORD = re.compile(r"[:#]?[A-Za-z_][A-Za-z0-9_]*")
MOST_EXPRESSION_BYTES = 4_096
MOST_TRANSACTION_BYTES = 4_000_000
MOST_ITEM_BYTES = 400_000


def what_is_wrong(operation: str, request: Mapping[str, Any]) -> str | None:
    """Return what DynamoDB would refuse, and moto does not."""
    if operation == "TransactWriteItems":
        if len(json.dumps(request)) > MOST_TRANSACTION_BYTES:
            return "a transaction of more than 4 MB"
        parts = [fields for item in request["TransactItems"] for fields in item.values()]
        return next(filter(None, map(_wrong_part, parts)), None)
    if operation == "BatchWriteItem":
        return _wrong_batch(request)
    if operation == "BatchGetItem":
        return _wrong_keys(request)
    return _wrong_part(request)


def _wrong_part(fields: Mapping[str, Any]) -> str | None:
    expressions = [fields[name] for name in EXPRESSIONS if name in fields]
    if any(len(each.encode()) > MOST_EXPRESSION_BYTES for each in expressions):
        return "an expression of more than 4 KB"
    if len(json.dumps(fields.get("Item", {}))) > MOST_ITEM_BYTES:
        return "an item of more than 400 KB"
    used = {word for text in expressions for word in WORD.findall(FUNCTIONS.sub("(", text))}
    bare = {word for word in used if word[0] not in ":#"} - SYNTAX
    reserved = sorted(word for word in bare if word.upper() in _reserved_words())
    if reserved:
        return f"reserved words in an expression: {reserved}"
    return _unused("ExpressionAttributeNames", fields, used) or _unused(
        "ExpressionAttributeValues", fields, used
    )


def _unused(what: str, fields: Mapping[str, Any], used: set[str]) -> str | None:
    if what in fields and not fields[what]:
        return f"{what} must not be empty"
    unused = sorted(set(fields.get(what, {})) - used)
    return f"{what} unused in expressions: {unused}" if unused else None


def _wrong_batch(request: Mapping[str, Any]) -> str | None:
    targets = list(_batch_targets(request))
    if len(targets) > 25:
        return "more than 25 writes in a batch"
    return "two writes of one item in a batch" if len(set(targets)) < len(targets) else None


def _batch_targets(request: Mapping[str, Any]) -> Iterator[str]:
    for table, writes in request["RequestItems"].items():
        for write in writes:
            for body in write.values():
                key = body.get("Key") or body["Item"]
                yield json.dumps([table, key["pk"], key["sk"]])


def _wrong_keys(request: Mapping[str, Any]) -> str | None:
    wanted = [
        json.dumps([table, key], sort_keys=True)
        for table, asked in request["RequestItems"].items()
        for key in asked["Keys"]
    ]
    if len(wanted) > 100:
        return "more than 100 keys in a batch"
    return "a key twice in a batch" if len(set(wanted)) < len(wanted) else None


@functools.cache
def _reserved_words() -> frozenset[str]:
    folder = Path(moto.dynamodb.parsing.__file__).parent
    return frozenset((folder / "reserved_keywords.txt").read_text(encoding="utf-8").split())
