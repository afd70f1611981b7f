"""What is exported."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.model import Entry, Issue
from subscribers.interests import Interests


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseIssue:
    """An issue as the house's own interests rank it, for everybody.

    Attributes:
        entries: by rank.
        matched: how many papers had anything the house asks for.
        interests: by which it was ranked.
        generated_at: stands in the Markdown only, so that feeds change with the papers alone.
        title: the newsletter's name.
        site_url: where the newsletter lives on the web, without a slash at the end.
    """

    issue: Issue
    entries: tuple[Entry, ...]
    matched: int
    interests: Interests
    generated_at: datetime
    title: str
    site_url: str
