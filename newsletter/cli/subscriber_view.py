"""A subscriber as the commands show one."""

from collections.abc import Sequence

from subscribers.model import Subscriber
from subscribers.preferences import written_preferences

LIST_COLUMNS = ("address", "state", "frequency", "categories", "keywords", "since")


def as_json(subscriber: Subscriber) -> dict[str, object]:
    """Return everything about a subscriber, as JSON has it."""
    interests = subscriber.interests
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "state": subscriber.state.value,
        **written_preferences(subscriber),
        "keywords": [{"phrase": k.phrase, "weight": k.weight} for k in interests.keywords],
        "seed_papers": interests.seed_papers,
        "min_score": interests.min_score,
        "max_papers": interests.max_papers,
        "created_at": subscriber.created_at,
        "confirmed_at": subscriber.confirmed_at,
        "revision": subscriber.revision,
    }


def as_rows(subscriber: Subscriber) -> list[tuple[str, object]]:
    """Return everything about a subscriber as rows of name and text."""
    return [
        ("address", subscriber.address),
        ("state", subscriber.state.value),
        *written_preferences(subscriber).items(),
        ("created_at", subscriber.created_at),
        ("confirmed_at", subscriber.confirmed_at),
        ("id", subscriber.id),
    ]


def as_list_row(subscriber: Subscriber) -> Sequence[object]:
    """Return a subscriber as one row under ``LIST_COLUMNS``."""
    return (
        subscriber.address,
        subscriber.state.value,
        subscriber.cadence.frequency.value,
        " ".join(subscriber.interests.categories),
        len(subscriber.interests.keywords),
        subscriber.created_at.date(),
    )
