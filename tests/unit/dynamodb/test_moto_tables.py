"""The emulated tables answer as moto's own do, which look through everything."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

from newsletter.stores.dynamodb.tables import main_table
from tests.servers.moto_tables import IndexedTable

Place = tuple[str, str]
PLACES = st.tuples(st.sampled_from("ab"), st.sampled_from("1234"))
SIDES = st.none() | st.tuples(st.sampled_from("xy"), st.sampled_from("56"))
WRITES = st.lists(st.tuples(PLACES, SIDES, st.booleans()), max_size=20)


def _made(kind: Callable[..., Table]) -> Table:
    definition = main_table("main")
    return kind(
        "main",
        "123456789012",
        "eu-west-1",
        definition["KeySchema"],
        definition["AttributeDefinitions"],
        global_indexes=definition["GlobalSecondaryIndexes"],
    )


def _write(
    table: Table, place: tuple[str, str], side: tuple[str, str] | None, is_put: bool
) -> None:
    pk, sk = ({"S": text} for text in place)
    if not is_put:
        table.delete_item(DynamoType(pk), DynamoType(sk))
        return
    gpk_gsk = {"gpk": {"S": side[0]}, "gsk": {"S": side[1]}} if side else {}
    table.put_item({"pk": pk, "sk": sk, **gpk_gsk})


def _pages(table: Table, value: str, index: str | None) -> list[Any]:
    """Read all pages of two items, as JSON."""
    found: list[Any] = []
    start: Any = None
    key = DynamoType({"S": value})
    name = "gpk" if index else "pk"
    while True:
        items, _, last = table.query(
            key, None, [], 2, start, True, None, index, hash_key_conditions=[(name, key)]
        )
        found.append([item.to_json() for item in items])
        if last is None:
            return found
        start = {name: each.to_json() for name, each in last.items()}


@settings(deadline=None)
@given(WRITES)
def test_every_page_is_the_one_that_moto_finds(writes: Any) -> None:
    ours, theirs = _made(IndexedTable), _made(Table)
    for write in writes:
        _write(ours, *write)
        _write(theirs, *write)
    for value, index in (("a", None), ("b", None), ("x", "active"), ("y", "active")):
        assert _pages(ours, value, index) == _pages(theirs, value, index)
