"""The one place that talks to DynamoDB: bounded time, bounded tries, our errors."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from newsletter.errors import StoreError
from newsletter.stores.dynamodb.actions import MOST_ACTIONS, Action, expression_fields
from newsletter.stores.dynamodb.faults import (
    SDK_ERRORS,
    condition_failed,
    is_conflict,
    reported,
    store_error,
)
from newsletter.stores.dynamodb.items import Item, from_wire_item, to_wire_item

TRIES: Final = 4
MOST_KEYS: Final = 100
PAGE_ITEMS: Final = 500
FIRST_WAIT_S: Final = 0.05
CONNECT_TIMEOUT_S: Final = 2.0
READ_TIMEOUT_S: Final = 5.0
CONNECTIONS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How to reach DynamoDB.

    Attributes:
        region: None takes the one of the environment or profile.
        endpoint_url: None takes the region's own.
        profile: of the AWS settings; None takes the environment's.
        tries: how often a request is made before we give up.
    """

    region: str | None = None
    endpoint_url: str | None = None
    profile: str | None = None
    tries: int = TRIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a query.

    Attributes:
        after: the last key that was looked at; None when there is no more.
    """

    items: tuple[dict[str, Any], ...]
    after: Item | None


class Dynamo:
    """Read and write items as Python values. May be used from several threads.

    Reads see everything that was written before, but for those of an index. A conditional write
    of one item is not told from its own repetition by the SDK: use ``transact`` where the answer
    matters, which carries a token against that.

    Attributes:
        sdk: the low-level client, for hooks and for making tables.
    """

    def __init__(
        self,
        sdk: Any,  # noqa: ANN401 - made by the SDK at run time
        *,
        tries: int = TRIES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sdk = sdk
        self._tries = tries
        self._sleep = sleep

    def get(self, table: str, key: Item) -> dict[str, Any] | None:
        """Return an item; None when there is none."""
        with reported():
            reply = self.sdk.get_item(TableName=table, Key=to_wire_item(key), ConsistentRead=True)
        item = reply.get("Item")
        return from_wire_item(item) if item else None

    def get_all(self, table: str, keys: Iterable[Item]) -> dict[tuple[str, str], dict[str, Any]]:
        """Return those of the items that are there, by (pk, sk), 100 in a request."""
        wanted = list({(key["pk"], key["sk"]): key for key in keys}.values())
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for start in range(0, len(wanted), MOST_KEYS):
            for item in self._get_portion(table, wanted[start : start + MOST_KEYS]):
                found[item["pk"], item["sk"]] = item
        return found

    def query(  # noqa: PLR0913 - the words of a query
        self,
        table: str,
        condition: str,
        *,
        values: Item,
        keep: str = "",
        names: Mapping[str, str] | None = None,
        index: str | None = None,
        is_descending: bool = False,
        limit: int = PAGE_ITEMS,
        after: Item | None = None,
    ) -> Page:
        """Return one page of a query.

        Args:
            table: its name.
            condition: on the key.
            values: as in ``Action``.
            names: as in ``Action``.
            keep: a filter; a page may then be empty and not the last.
            index: another index than the table's own; it lags behind the table a little.
            is_descending: from the greatest key down.
            limit: how many items are looked at, filtered out or not.
            after: the ``after`` of the page before.
        """
        wire: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": condition,
            "ScanIndexForward": not is_descending,
            "Limit": limit,
        }
        wire |= {"IndexName": index} if index else {"ConsistentRead": True}
        wire |= {"FilterExpression": keep} if keep else {}
        wire |= {"ExclusiveStartKey": to_wire_item(after)} if after else {}
        with reported():
            reply = self.sdk.query(**wire, **expression_fields(names or {}, values))
        return _page(reply)

    def scan(
        self,
        table: str,
        *,
        keep: str,
        values: Item,
        limit: int = PAGE_ITEMS,
        after: Item | None = None,
    ) -> Page:
        """Return one page of a whole table, in no order: for the rare commands of operators."""
        wire: dict[str, Any] = {"TableName": table, "FilterExpression": keep, "Limit": limit}
        wire |= {"ExclusiveStartKey": to_wire_item(after)} if after else {}
        with reported():
            reply = self.sdk.scan(**wire, ConsistentRead=True, **expression_fields({}, values))
        return _page(reply)

    def write(self, action: Action) -> None:
        """Make one write; without a condition it may be repeated and does no harm.

        Raises:
            ConditionFailedError: the condition does not hold, or did not when the SDK repeated a
                request that had succeeded: ``found`` tells.
        """
        call = {
            "Put": self.sdk.put_item,
            "Update": self.sdk.update_item,
            "Delete": self.sdk.delete_item,
        }[action.verb.value]
        try:
            call(**action.fields())
        except ClientError as error:
            raise condition_failed(error) or store_error(error) from error
        except SDK_ERRORS as error:
            raise store_error(error) from error

    def transact(self, actions: Sequence[Action]) -> None:
        """Make up to 100 writes, all or nothing; repeated safely by the SDK and by us.

        Raises:
            ConditionFailedError: some of the conditions do not hold.
            StoreError: it could not be done in the bounded number of tries.
        """
        if not actions:
            return
        assert len(actions) <= MOST_ACTIONS, f"{len(actions)} actions in a transaction"
        wire = [{action.verb.value: action.fields()} for action in actions]
        for waited in range(self._tries):
            try:
                self.sdk.transact_write_items(TransactItems=wire)
            except ClientError as error:
                failed = condition_failed(error)
                if failed is not None:
                    raise failed from error
                if not is_conflict(error) or waited == self._tries - 1:
                    raise store_error(error) from error
                self.wait(waited)
            except SDK_ERRORS as error:
                raise store_error(error) from error
            else:
                return

    def write_all(self, actions: Sequence[Action]) -> None:
        """Make writes without conditions, 25 in a request, in no order: PUT and DELETE only."""
        for start in range(0, len(actions), 25):
            left: dict[str, list[Any]] = {}
            for action in actions[start : start + 25]:
                left.setdefault(action.table, []).append(_batch_entry(action))
            self._write_portion(left)

    def wait(self, waited: int) -> None:
        """Wait a little longer each time, each of several for another while."""
        nap(waited, sleep=self._sleep)

    def close(self) -> None:
        """Close the connections."""
        self.sdk.close()

    def _get_portion(self, table: str, keys: Sequence[Item]) -> Iterator[dict[str, Any]]:
        left: list[Any] = [to_wire_item(key) for key in keys]
        for waited in range(self._tries):
            request = {table: {"Keys": left, "ConsistentRead": True}}
            with reported():
                reply = self.sdk.batch_get_item(RequestItems=request)
            yield from map(from_wire_item, reply.get("Responses", {}).get(table, ()))
            left = reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
            if not left:
                return
            self.wait(waited)
        raise _busy()

    def _write_portion(self, left: dict[str, list[Any]]) -> None:
        for waited in range(self._tries):
            with reported():
                reply = self.sdk.batch_write_item(RequestItems=left)
            left = reply.get("UnprocessedItems", {})
            if not left:
                return
            self.wait(waited)
        raise _busy()


def nap(waited: int, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait a little longer each time, each of several for another while."""
    sleep(FIRST_WAIT_S * 2**waited * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


def connect(link: Link) -> Dynamo:
    """Make a client; nothing is asked yet.

    Raises:
        StoreError: region, profile or address make no sense.
    """
    settings = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=CONNECTIONS,
        retries={"total_max_attempts": link.tries, "mode": "standard"},
        user_agent_extra="arxiv-newsletter",
        tcp_keepalive=True,
    )
    try:
        session = boto3.session.Session(region_name=link.region, profile_name=link.profile)
        sdk = session.client("dynamodb", endpoint_url=link.endpoint_url, config=settings)
    except (*SDK_ERRORS, ValueError) as error:
        raise store_error(error) from error
    return Dynamo(sdk, tries=link.tries)


def _page(reply: Mapping[str, Any]) -> Page:
    last = reply.get("LastEvaluatedKey")
    return Page(
        items=tuple(map(from_wire_item, reply.get("Items", ()))),
        after=from_wire_item(last) if last else None,
    )


def _batch_entry(action: Action) -> dict[str, Any]:
    fields = action.fields()
    if action.verb.value == "Put":
        return {"PutRequest": {"Item": fields["Item"]}}
    return {"DeleteRequest": {"Key": fields["Key"]}}


def _busy() -> StoreError:
    return StoreError("the store on DynamoDB: it is busy and leaves requests undone: run again")
