"""Values for tests: valid by default, any field overridden by name."""

from datetime import UTC, date, datetime
from typing import Any

from newsletter.model import AnnounceType, Issue, IssueState, Paper
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_paper(number: int = 1, **fields: Any) -> Paper:
    """Make a paper announced as new in cs.LG on ``DAY``; ``number`` makes its id."""
    title = fields.pop("title", f"A study of sparse attention, part {number}")
    abstract = fields.pop("abstract", "We study sparse attention. It is faster by 3x.")
    announce_type = fields.pop("announce_type", AnnounceType.NEW)
    values: dict[str, Any] = {
        "id": f"2611.{number:05d}",
        "version": 1,
        "title": title,
        "abstract": abstract,
        "title_tex": title,
        "abstract_tex": abstract,
        "authors": ("Ada Example", "Ben Beispiel"),
        "categories": ("cs.LG", "cs.DC"),
        "announce_type": announce_type,
        "announced_in": (("cs.LG", announce_type),),
        "announced_on": DAY,
        "issue_on": DAY,
    }
    return Paper(**(values | fields))


def make_interests(*phrases: str, **fields: Any) -> Interests:
    """Make interests in cs.LG with these keywords, each of weight 1."""
    values: dict[str, Any] = {
        "categories": ("cs.LG",),
        "keywords": tuple(Keyword(phrase=phrase) for phrase in phrases),
    }
    return Interests(**(values | fields))


def make_subscriber(number: int = 1, **fields: Any) -> Subscriber:
    """Make an active subscriber; ``number`` makes id and address."""
    values: dict[str, Any] = {
        "id": f"01READER{number:018d}",
        "address": f"reader{number}@example.org",
        "state": SubscriberState.ACTIVE,
        "interests": make_interests("sparse attention"),
        "created_at": NOW,
        "confirmed_at": NOW,
    }
    return Subscriber(**(values | fields))


def make_issue(**fields: Any) -> Issue:
    """Make the open daily issue of ``DAY``."""
    values: dict[str, Any] = {
        "id": f"{DAY}-daily",
        "first_on": DAY,
        "last_on": DAY,
        "announced": 1,
        "batches": (),
        "state": IssueState.OPEN,
        "created_at": NOW,
    }
    return Issue(**(values | fields))
