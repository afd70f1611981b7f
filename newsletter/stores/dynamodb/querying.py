"""All pages of a query, one after the other."""

from collections.abc import Iterator
from typing import Any

from newsletter.stores.dynamodb.client import PAGE_ITEMS, Dynamo
from newsletter.stores.dynamodb.items import Item


def between(  # noqa: PLR0913 - the words of a query
    dynamo: Dynamo,
    table: str,
    pk: str,
    first: str = "",
    last: str = "~",
    *,
    is_descending: bool = False,
    page: int = PAGE_ITEMS,
) -> Iterator[dict[str, Any]]:
    """Yield the items of a place with ``sk`` between two texts, both included."""
    after: Item | None = None
    is_more = True
    while is_more:
        found = dynamo.query(
            table,
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={"pk": pk, "first": first or " ", "last": last},
            is_descending=is_descending,
            limit=page,
            after=after,
        )
        yield from found.items
        after = found.after
        is_more = after is not None
