"""Tables of moto that find the items of a query at once.

moto's query sorts a whole table before it looks at the key: what a page costs grows with all
that others have stored. Here a query sees only the items of its own key, which are kept by
partition and by the partition of each index; how it filters and pages is moto's own.
"""

import copy
import inspect
from collections import defaultdict
from functools import lru_cache
from typing import Any

import moto.dynamodb.models as moto_models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]

Place = tuple[Any, Any]


class IndexedTable(Table):
    """moto's table, with the items of each index by the index's own partition."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._parts: dict[str, defaultdict[Any, dict[Place, Item]]] = {
            _hash_attribute(index.schema): defaultdict(dict) for index in self.all_indexes()
        }
        self._filed: dict[Place, dict[str, Any]] = {}

    def put_item(self, *words: Any, **named: Any) -> Item:
        """Put an item, and file it anew."""
        item = super().put_item(*words, **named)
        self.file(_place(item.hash_key, item.range_key), item)
        return item

    def delete_item(self, hash_key: DynamoType, range_key: DynamoType | None) -> Item | None:
        """Delete an item, and take it out of the indexes."""
        item = super().delete_item(hash_key, range_key)
        self.file(_place(hash_key, range_key), None)
        return item

    def file(self, place: Place, item: Item | None) -> None:
        """Put an item where its attributes belong now; None takes it out."""
        for attribute, value in self._filed.pop(place, {}).items():
            del self._parts[attribute][value][place]
        if item is None:
            return
        found = {name: item.attrs[name].value for name in self._parts if name in item.attrs}
        for attribute, value in found.items():
            self._parts[attribute][value][place] = item
        if found:
            self._filed[place] = found

    def query(  # type: ignore[override] # its twelve words are moto's own affair
        self, hash_key: DynamoType, *words: Any, **named: Any
    ) -> Any:
        """Answer moto's query from the items of the one key that is asked for."""
        asked = inspect.signature(Table.query).bind(self, hash_key, *words, **named).arguments
        narrow = copy.copy(self)
        candidates = self._candidates(hash_key, asked.get("index_name"))
        narrow.items = defaultdict(dict, {hash_key: candidates})
        return Table.query(narrow, hash_key, *words, **named)

    def _candidates(self, hash_key: DynamoType, index_name: str | None) -> dict[Any, Item]:
        if index_name is None:
            found: dict[Any, Item] = self.items.get(hash_key, {})
            return found
        known = [index for index in self.all_indexes() if index.name == index_name]
        if not known:
            return {}
        return self._parts[_hash_attribute(known[0].schema)].get(hash_key.value, {})


def mend_tables() -> None:
    """Let moto make such tables, file what an update changes in place, and parse updates once.

    moto parses an update several times for each item; whoever works on the tree copies it first.
    """
    setattr(moto_models, "Table", IndexedTable)  # noqa: B010 - what its create_table makes
    DynamoDBBackend.update_item = _filing(DynamoDBBackend.update_item)  # type: ignore[method-assign] # see above
    parse = lru_cache(maxsize=1_000)(UpdateExpressionParser.make)
    UpdateExpressionParser.make = staticmethod(parse)


def _filing(update_item: Any) -> Any:
    def update(self: Any, table_name: str, key: dict[str, Any], *words: Any, **named: Any) -> Item:
        try:
            item: Item = update_item(self, table_name, key, *words, **named)
        finally:
            table = self.get_table(table_name)
            at = self.get_keys_value(table, key)
            table.file(_place(*at), table.get_item(*at))
        return item

    return update


def _hash_attribute(schema: list[dict[str, str]]) -> str:
    return next(key["AttributeName"] for key in schema if key["KeyType"] == "HASH")


def _place(hash_key: DynamoType, range_key: DynamoType | None) -> Place:
    return hash_key.value, range_key.value if range_key is not None else None
