"""What one digest says outside its papers, in the reader's language; plain text."""

from dataclasses import dataclass

from newsletter.model import Digest
from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.footer import confirmed_line, interests_line
from newsletter.render.identity import MailIdentity
from newsletter.render.labels import Labels
from newsletter.render.subject import preheader, subject
from newsletter.render.views import shown_title

PREHEADER_TITLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWords:
    """The sentences and numbers of one mail.

    Attributes:
        missing: the notice about categories that could not be read; empty when all were.
        interests, confirmed: lines of the footer; may be empty.
    """

    subject: str
    preheader: str
    brand: str
    date: str
    headline: str
    announced: str
    matched: str
    missing: str
    why_you: str
    interests: str
    confirmed: str
    postal: str


def digest_words(digest: Digest, labels: Labels, *, identity: MailIdentity) -> DigestWords:
    """Put a digest into words."""
    brand = cut(one_line(identity.title), 60)
    titles = [shown_title(entry.paper) for entry in digest.entries[1 : 1 + PREHEADER_TITLES]]
    found = len(digest.entries)
    return DigestWords(
        subject=subject(digest, labels, name=brand),
        preheader=preheader(digest, labels, titles=titles),
        brand=brand,
        date=labels.days(digest.issue.first_on, digest.issue.last_on),
        headline=labels.count("picked", found) if found else labels.text("quiet_title"),
        announced=f"{digest.issue.announced:,}",
        matched=f"{digest.matched:,}",
        missing=_missing(digest, labels),
        why_you=labels.text("why_you", title=brand),
        interests=interests_line(digest.subscriber, labels),
        confirmed=confirmed_line(digest.subscriber, labels),
        postal=cut(one_line(identity.postal_address), 200),
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
