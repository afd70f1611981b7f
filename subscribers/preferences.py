"""What a reader can choose, as text from a form, a file or a command, and as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from subscribers.choices import PARSERS, WEEKDAYS
from subscribers.errors import InvalidInterestsError
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.keywords import format_keyword
from subscribers.model import Cadence, Frequency, Subscriber

Given = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Choices; None is none made. See ``Interests``, ``Cadence`` and ``Subscriber``."""

    categories: tuple[str, ...] | None = None
    keywords: tuple[Keyword, ...] | None = None
    exclude: tuple[str, ...] | None = None
    authors: tuple[str, ...] | None = None
    seed_papers: tuple[str, ...] | None = None
    announce_types: tuple[AnnounceType, ...] | None = None
    min_score: float | None = None
    max_papers: int | None = None
    frequency: Frequency | None = None
    weekday: int | None = None
    send_at: time | None = None
    language: str | None = None
    timezone: str | None = None

    def applied_to(self, subscriber: Subscriber) -> Subscriber:
        """Return the record with these choices in it.

        Raises:
            InvalidInterestsError: together they cannot be met.
        """
        return replace(
            subscriber,
            interests=self.interests(subscriber.interests),
            cadence=self.cadence(subscriber.cadence),
            **self._chosen(("language", "timezone")),
        )

    def interests(self, template: Interests) -> Interests:
        """Return the interests, with the template's where no choice was made."""
        return replace(template, **self._chosen(_INTERESTS))

    def cadence(self, template: Cadence) -> Cadence:
        """Return the cadence, with the template's where no choice was made."""
        return replace(template, **self._chosen(_CADENCE))

    def _chosen(self, names: Sequence[str]) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


_INTERESTS = (
    "categories",
    "keywords",
    "exclude",
    "authors",
    "seed_papers",
    "announce_types",
    "min_score",
    "max_papers",
)
_CADENCE = ("frequency", "weekday", "send_at")


def parse_preferences(given: Given) -> Preferences:
    """Read choices from text; lists are sequences, and names are those of ``Preferences``.

    Raises:
        InvalidInterestsError: a choice cannot be met; ``field`` names it.
    """
    unknown = sorted(set(given) - set(PARSERS))
    if unknown:
        raise InvalidInterestsError(
            f"there is no preference {unknown[0]!r}; there are {', '.join(PARSERS)}",
            field=unknown[0],
        )
    values: dict[str, Any] = {name: PARSERS[name](name, given[name]) for name in given}
    preferences = Preferences(**values)
    preferences.interests(Interests())
    return preferences


def written_preferences(subscriber: Subscriber) -> dict[str, str | tuple[str, ...]]:
    """Write a subscriber's choices as text that ``parse_preferences`` reads."""
    interests, cadence = subscriber.interests, subscriber.cadence
    return {
        "categories": interests.categories,
        "keywords": tuple(format_keyword(keyword) for keyword in interests.keywords),
        "exclude": interests.exclude,
        "authors": interests.authors,
        "seed_papers": interests.seed_papers,
        "announce_types": tuple(kind.value for kind in interests.announce_types),
        "min_score": f"{interests.min_score:.10g}",
        "max_papers": str(interests.max_papers),
        "frequency": cadence.frequency.value,
        "weekday": WEEKDAYS[cadence.weekday],
        "send_at": cadence.send_at.strftime("%H:%M"),
        "language": subscriber.language,
        "timezone": subscriber.timezone,
    }
