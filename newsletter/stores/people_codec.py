"""Write subscribers as plain values, what they want as JSON texts, and read them back."""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from newsletter.stores.codec import from_instant, from_instant_or_none, to_instant, to_json
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.model import Cadence, Frequency, Subscriber, SubscriberState


def encode_subscriber(subscriber: Subscriber, *, address_hash: str) -> dict[str, Any]:
    """Write a record, by name of the field."""
    confirmed_at, paused_until = subscriber.confirmed_at, subscriber.paused_until
    return {
        "id": subscriber.id,
        "address_hash": address_hash,
        "address": subscriber.address,
        "state": subscriber.state.value,
        "interests": encode_interests(subscriber.interests),
        "cadence": encode_cadence(subscriber.cadence),
        "language": subscriber.language,
        "timezone": subscriber.timezone,
        "created_at": to_instant(subscriber.created_at),
        "confirmed_at": to_instant(confirmed_at) if confirmed_at else None,
        "revision": subscriber.revision,
        "generation": subscriber.generation,
        "paused_until": paused_until.isoformat() if paused_until else None,
    }


def decode_subscriber(values: Mapping[str, Any]) -> Subscriber:
    """Read what ``encode_subscriber`` wrote; what was None may be missing.

    Raises one of ``DECODE_ERRORS``, or ``InvalidInterestsError``, when it is wrong.
    """
    paused_until = values.get("paused_until")
    return Subscriber(
        id=values["id"],
        address=values["address"],
        state=SubscriberState(values["state"]),
        interests=decode_interests(values["interests"]),
        cadence=decode_cadence(values["cadence"]),
        language=values["language"],
        timezone=values["timezone"],
        created_at=from_instant(values["created_at"]),
        confirmed_at=from_instant_or_none(values.get("confirmed_at")),
        revision=values["revision"],
        generation=values["generation"],
        paused_until=date.fromisoformat(paused_until) if paused_until else None,
    )


def encode_interests(interests: Interests) -> str:
    """Write interests."""
    return to_json(
        {
            "categories": interests.categories,
            "keywords": [[keyword.phrase, keyword.weight] for keyword in interests.keywords],
            "exclude": interests.exclude,
            "authors": interests.authors,
            "seed_papers": interests.seed_papers,
            "announce_types": [kind.value for kind in interests.announce_types],
            "min_score": interests.min_score,
            "max_papers": interests.max_papers,
        }
    )


def decode_interests(text: str) -> Interests:
    """Read what ``encode_interests`` wrote; raise ``InvalidInterestsError`` when it is wrong."""
    values = json.loads(text)
    return Interests(
        categories=tuple(values["categories"]),
        keywords=tuple(
            Keyword(phrase=phrase, weight=weight) for phrase, weight in values["keywords"]
        ),
        exclude=tuple(values["exclude"]),
        authors=tuple(values["authors"]),
        seed_papers=tuple(values["seed_papers"]),
        announce_types=tuple(AnnounceType(kind) for kind in values["announce_types"]),
        min_score=values["min_score"],
        max_papers=values["max_papers"],
    )


def encode_cadence(cadence: Cadence) -> str:
    """Write a cadence."""
    return to_json(
        {
            "frequency": cadence.frequency.value,
            "weekday": cadence.weekday,
            "send_at": cadence.send_at.isoformat(),
        }
    )


def decode_cadence(text: str) -> Cadence:
    """Read what ``encode_cadence`` wrote."""
    values = json.loads(text)
    return Cadence(
        frequency=Frequency(values["frequency"]),
        weekday=values["weekday"],
        send_at=time.fromisoformat(values["send_at"]),
    )
