"""The newsletter itself."""

from dataclasses import dataclass

from subscribers.interests import Interests


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The newsletter itself, as it shows in public.

    Attributes:
        interests: rank the public issue, and are the template for new readers.
        title, site_url: its name and where it lives.
        language: of the summaries on its pages and in its feeds, BCP 47.
    """

    interests: Interests
    title: str
    site_url: str
    language: str = "en"
