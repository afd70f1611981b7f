"""Changes of address on DynamoDB, until both mailboxes have agreed."""

from datetime import timedelta
from functools import partial
from typing import Final

from newsletter.stores.codec import from_instant, to_instant
from newsletter.stores.dynamodb.actions import delete, put
from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.people import People, repeated
from newsletter.stores.dynamodb.tables import EXPIRES_AT, expires_at, key, reader_pk
from subscribers.moves import LIFETIME, Mailbox, Move

KEPT: Final = LIFETIME + timedelta(days=30)
"""A link that is too old is told so for a while; then the new address is forgotten."""


class DynamoMoves:
    """``subscribers.ports.MoveStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people

    def put(self, move: Move) -> None:
        """Keep a move; another one of the same reader is forgotten."""
        repeated(partial(self._put, move), wait=self._people.dynamo.wait)

    def get(self, move_id: str) -> Move | None:
        """Return the move of this id."""
        dynamo, table = self._people.dynamo, self._people.table
        pointer = dynamo.get(table, move_key(move_id))
        item = dynamo.get(table, of_reader(pointer["reader"])) if pointer else None
        return _move(item) if item and item["id"] == move_id else None

    def remove(self, move_id: str) -> None:
        """Forget a move."""
        move = self.get(move_id)
        table = self._people.table
        actions = [delete(table, move_key(move_id))]
        if move is not None:
            actions.append(delete(table, of_reader(move.subscriber_id)))
        self._people.dynamo.write_all(actions)

    def _put(self, move: Move) -> None:
        dynamo, table = self._people.dynamo, self._people.table
        place, until = of_reader(move.subscriber_id), expires_at(move.requested_at + KEPT)
        before = dynamo.get(table, place)
        item = {
            "id": move.id,
            "reader": move.subscriber_id,
            "address": move.address,
            "requested_at": to_instant(move.requested_at),
            "agreed": sorted(mailbox.value for mailbox in move.agreed),
            EXPIRES_AT: until,
        }
        actions = [
            put(
                table,
                place,
                item,
                condition="id = :seen" if before else "attribute_not_exists(pk)",
                values={"seen": before["id"]} if before else {},
            ),
            put(table, move_key(move.id), {"reader": move.subscriber_id, EXPIRES_AT: until}),
        ]
        if before and before["id"] != move.id:
            actions.append(delete(table, move_key(before["id"])))
        dynamo.transact(actions)


def move_key(move_id: str) -> Item:
    """Return the key of what says whose move it is."""
    return key(f"M#{move_id}", "M")


def of_reader(subscriber_id: str) -> Item:
    """Return the key of a reader's only move."""
    return key(reader_pk(subscriber_id), "M")


def _move(item: Item) -> Move:
    return Move(
        id=item["id"],
        subscriber_id=item["reader"],
        address=item["address"],
        requested_at=from_instant(item["requested_at"]),
        agreed=frozenset(map(Mailbox, item["agreed"])),
    )
