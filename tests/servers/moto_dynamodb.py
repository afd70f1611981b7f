"""What moto's DynamoDB lacks: requests that come one after the other, quick transactions, faults.

moto copies whole tables for each action of a transaction, and puts the copies back when one of
them is refused, over what others have written meanwhile. Here all conditions are looked at
first, then all is written, and nobody else writes in between.
"""

import copy
import io
import json
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.dynamodb.comparisons import get_filter_expression
from moto.dynamodb.exceptions import (
    MockValidationException,
    MultipleTransactionsException,
    TooManyTransactionsException,
    TransactionCanceledException,
)
from moto.dynamodb.models import DynamoDBBackend

from tests.servers.dynamodb_rules import what_is_wrong

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
TARGET = "HTTP_X_AMZ_TARGET"
PREFIX = "DynamoDB_20120810."
TYPE = "com.amazonaws.dynamodb.v20120810#"


class ScriptedApplication:
    """moto behind a lock for DynamoDB, a counter, and a script of faults."""

    def __init__(self, moto: Any) -> None:
        self._moto = moto
        self._application: Any = None
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._faults: dict[str, deque[str]] = defaultdict(deque)
        self._replayed: set[str] = set()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/-/script":
            return self._script(environ, start_response)
        target = environ.get(TARGET, "")
        if not target.startswith(PREFIX):
            return self._moto(environ, start_response)  # type: ignore[no-any-return] # WSGI
        return self._dynamodb(target.removeprefix(PREFIX), environ, start_response)

    def _dynamodb(
        self, operation: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        with self._lock:
            self._counts[operation] += 1
            script = self._faults[operation]
            fault = script.popleft() if script else "ok"
            body = _read(environ)
            request = json.loads(body or b"{}")
            mistake = what_is_wrong(operation, request)
            if mistake:
                return _answer(start_response, *_invalid(mistake))
            token = request.get("ClientRequestToken", "")
            if token in self._replayed:
                return _answer(start_response, "200 OK", {})
            environ["wsgi.input"] = io.BytesIO(body)
            if fault == "ok":
                return list(self._tables(environ)(environ, start_response))
            if fault in {"lost", "replayed"}:
                list(self._tables(environ)(environ, _nobody))
                self._replayed |= {token} if fault == "replayed" else set()
        return _answer(start_response, *_faulty(fault, request))

    def _tables(self, environ: Environ) -> Any:
        """Return moto's application for DynamoDB, which it looks for on disk each time."""
        if self._application is None:
            self._application = self._moto.get_application(environ)
        return self._application

    def _script(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        wanted = json.loads(_read(environ))
        reply: Mapping[str, Any] = {}
        with self._lock:
            if "operation" in wanted:
                self._faults[wanted["operation"]].extend(wanted["faults"])
            if wanted.get("counts"):
                reply = dict(self._counts)
            if wanted.get("forget"):
                self._counts.clear()
                self._faults.clear()
        return _answer(start_response, "200 OK", reply)


def mend_transactions() -> None:
    """Let moto's transactions look first and write then."""
    DynamoDBBackend.transact_write_items = _transact  # type: ignore[method-assign] # see above


def _transact(self: Any, transact_items: list[dict[str, Any]]) -> None:
    if len(transact_items) > 100:
        raise TooManyTransactionsException
    operations = [next(iter(item.items())) for item in transact_items]
    keys = [_key_of(self, kind, fields) for kind, fields in operations]
    if len({json.dumps(key, sort_keys=True) for key in keys}) < len(keys):
        raise MultipleTransactionsException
    errors = [
        _refusal(self, fields, key) for (_, fields), (_, key) in zip(operations, keys, strict=True)
    ]
    if any(code for code, _, _ in errors):
        raise TransactionCanceledException(errors)
    before = [(name, key, copy.deepcopy(self.get_item(name, key))) for name, key in keys]
    try:
        for (kind, fields), (name, key) in zip(operations, keys, strict=True):
            _write(self, kind, fields, name, key)
    except MockValidationException:
        for name, key, item in before:
            self.delete_item(name, key)
            if item is not None:
                self.put_item(name, item.to_json()["Attributes"])
        raise


def _key_of(backend: Any, kind: str, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    name = fields["TableName"]
    if kind != "Put":
        return name, fields["Key"]
    table = backend.get_table(name)
    attributes = filter(None, (table.hash_key_attr, table.range_key_attr))
    return name, {attribute: fields["Item"][attribute] for attribute in attributes}


def _refusal(
    backend: Any, fields: Mapping[str, Any], key: dict[str, Any]
) -> tuple[str | None, str | None, Any]:
    current = backend.get_item(fields["TableName"], key)
    condition = fields.get("ConditionExpression")
    if condition is None:
        return None, None, None
    holds = get_filter_expression(
        condition,
        fields.get("ExpressionAttributeNames"),
        fields.get("ExpressionAttributeValues"),
    ).expr(current)
    if holds:
        return None, None, None
    wants_old = fields.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
    found = current.to_json()["Attributes"] if wants_old and current else None
    return "ConditionalCheckFailed", "The conditional request failed", found


def _write(
    backend: Any, kind: str, fields: Mapping[str, Any], name: str, key: dict[str, Any]
) -> None:
    match kind:
        case "Put":
            backend.put_item(name, fields["Item"])
        case "Delete":
            backend.delete_item(name, key)
        case "Update":
            backend.update_item(
                name,
                key,
                update_expression=fields["UpdateExpression"],
                condition_expression=None,
                expression_attribute_names=fields.get("ExpressionAttributeNames"),
                expression_attribute_values=fields.get("ExpressionAttributeValues"),
            )


def _invalid(mistake: str) -> tuple[str, Mapping[str, Any]]:
    return "400 Bad Request", {"__type": f"{TYPE}ValidationException", "message": mistake}


def _faulty(fault: str, request: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    match fault:
        case "throttle":
            return "400 Bad Request", {
                "__type": f"{TYPE}ThrottlingException",
                "message": "Rate of requests exceeds the allowed throughput.",
            }
        case "conflict":
            reasons = [{"Code": "TransactionConflict"} for _ in request["TransactItems"]]
            return "400 Bad Request", {
                "__type": f"{TYPE}TransactionCanceledException",
                "CancellationReasons": reasons,
                "Message": "Transaction cancelled",
            }
        case "unprocessed":
            asked = request["RequestItems"]
            is_read = all("Keys" in each for each in asked.values())
            left = {"Responses": {}, "UnprocessedKeys": asked}
            return "200 OK", left if is_read else {"UnprocessedItems": asked}
    return "500 Internal Server Error", {
        "__type": f"{TYPE}InternalServerError",
        "message": "By script.",
    }


def _nobody(*_words: Any) -> Callable[[bytes], object]:
    """Hear an answer that nobody gets."""
    return lambda _data: None


def _read(environ: Environ) -> bytes:
    content: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return content


def _answer(
    start_response: StartResponse, status: str, reply: Mapping[str, Any]
) -> Iterable[bytes]:
    body = json.dumps(reply).encode()
    headers = [
        ("Content-Type", "application/x-amz-json-1.0"),
        ("Content-Length", str(len(body))),
    ]
    start_response(status, headers)
    return [body]
