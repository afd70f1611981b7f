"""Suppressed addresses on DynamoDB, by keyed hash, whether anybody has subscribed with them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from newsletter.stores.dynamodb.client import MOST_KEYS
from newsletter.stores.dynamodb.lists import SUPPRESSED, SUPPRESSED_SHARDS, entries
from newsletter.stores.dynamodb.people import People, repeated
from newsletter.stores.dynamodb.standings import Known, read_known, standing_actions
from newsletter.stores.dynamodb.tables import address_key
from subscribers import suppression as policy
from subscribers.suppression import Standing, SuppressedAddress, Suppression, SuppressionReason


class DynamoSuppressions:
    """``subscribers.ports.SuppressionStore`` on DynamoDB."""

    def __init__(self, people: People) -> None:
        self._people = people

    def suppress(self, address: str, reason: SuppressionReason, *, now: datetime) -> Suppression:
        """Suppress a normalised address; return what is in force: a stronger reason stays."""
        _, after = self._change(address, partial(policy.suppress, reason=reason, now=now))
        assert after.suppression is not None
        return after.suppression

    def find(self, address: str) -> Suppression | None:
        """Return the suppression of a normalised address."""
        people = self._people
        item = people.dynamo.get(people.table, address_key(people.hash_of(address)))
        return Known(item=item or {}).standing.suppression

    def lift(self, address: str) -> Suppression | None:
        """End it, and give the subscriber back the state from before; None if there is none."""
        before, _ = self._change(address, _lift)
        return before.suppression

    def note_leaving(self, address: str) -> None:
        """Note that a suppressed reader has left; of others their record says so."""
        self._change(address, policy.leave)

    def list_all(self) -> Iterator[SuppressedAddress]:
        """Yield all, ordered by hash."""
        people = self._people
        hashes = (
            entry["sk"]
            for shard in SUPPRESSED_SHARDS
            for entry in entries(people.dynamo, people.table, f"L#{SUPPRESSED}#{shard}")
        )
        while portion := list(islice(hashes, MOST_KEYS)):
            known = read_known(people, portion)
            for address_hash in portion:
                found = known[address_hash]
                suppression = found.standing.suppression
                if suppression is not None:
                    address = found.reader.address if found.reader else None
                    yield SuppressedAddress(
                        address_hash=address_hash, suppression=suppression, address=address
                    )

    def _change(
        self, address: str, change: Callable[[Standing], Standing]
    ) -> tuple[Standing, Standing]:
        attempt = partial(self._attempt, self._people.hash_of(address), change)
        return repeated(attempt, wait=self._people.dynamo.wait)

    def _attempt(
        self, address_hash: str, change: Callable[[Standing], Standing]
    ) -> tuple[Standing, Standing]:
        people = self._people
        known = read_known(people, [address_hash])[address_hash]
        before = known.standing
        after = change(before)
        if after.state is not before.state and known.reader is not None:
            people.note_hours([known.as_becomes(after)])
        people.dynamo.transact(standing_actions(people.table, address_hash, known, after))
        return before, after


def _lift(standing: Standing) -> Standing:
    return standing if standing.suppression is None else policy.lift(standing)
