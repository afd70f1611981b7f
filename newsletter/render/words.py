"""What one digest says outside its papers, in the reader's language; plain text."""

from collections.abc import Sequence
from typing import NamedTuple

from newsletter.model import Digest
from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.footer import confirmed_line, interests_line
from newsletter.render.labels import Labels
from newsletter.render.subject import preheader, subject


class DigestWords(NamedTuple):
    """The sentences and numbers of one mail; a tuple because it is made for each.

    Attributes:
        missing: the notice about categories that could not be read; empty when all were.
        quiet: why there is no paper; empty when there is one.
        interests, confirmed: lines of the footer; may be empty.
    """

    subject: str
    preheader: str
    date: str
    headline: str
    announced: str
    matched: str
    missing: str
    quiet: str
    interests: str
    confirmed: str


def digest_words(
    digest: Digest, labels: Labels, *, titles: Sequence[str], brand: str
) -> DigestWords:
    """Put a digest into words.

    Args:
        digest: what to tell about.
        labels: the reader's language.
        titles: of the digest's papers as shown, by rank.
        brand: the newsletter's name.
    """
    date = labels.days(digest.issue.first_on, digest.issue.last_on)
    found = len(digest.entries)
    return DigestWords(
        subject=subject(digest, labels, titles=titles, brand=brand),
        preheader=preheader(digest, labels, titles=titles),
        date=date,
        headline=labels.count("picked", found) if found else labels.text("quiet_title"),
        announced=f"{digest.issue.announced:,}",
        matched=f"{digest.matched:,}",
        missing=_missing(digest, labels),
        quiet="" if found else labels.text("quiet_text", date=date),
        interests=interests_line(digest.subscriber, labels),
        confirmed=confirmed_line(digest.subscriber, labels),
    )


def _missing(digest: Digest, labels: Labels) -> str:
    """Name the reader's own categories that were not read completely; all if they chose none."""
    wanted = digest.subscriber.interests.categories
    missing = [
        cut(one_line(name), 20)
        for name in digest.issue.missing_categories
        if not wanted or name in wanted
    ]
    return labels.text("missing", categories=labels.listing(missing)) if missing else ""
