"""Write what subscribers want as JSON texts, and read it back."""

import json
from datetime import time

from newsletter.stores.codec import to_json
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.model import Cadence, Frequency


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
