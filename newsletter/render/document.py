"""The HTML part: the frame filled with one reader's cards."""

from newsletter.model import Digest
from newsletter.render.cards import Density
from newsletter.render.clean import escaped
from newsletter.render.frame import Frame
from newsletter.render.identity import MailLinks
from newsletter.render.layout import Layout
from newsletter.render.slots import Slotted
from newsletter.render.words import DigestWords


def html_document(
    digest: Digest, frame: Frame, *, words: DigestWords, links: MailLinks, layout: Layout
) -> str:
    """Return the whole HTML of a digest in this layout."""
    return frame.shell.fill(html_values(digest, frame, words=words, links=links, layout=layout))


def html_values(
    digest: Digest, frame: Frame, *, words: DigestWords, links: MailLinks, layout: Layout
) -> dict[str, str]:
    """Return what fills the holes of the frame, escaped."""
    return {
        "subject": escaped(words.subject),
        "preheader": escaped(words.preheader),
        "brand": escaped(words.brand),
        "date": escaped(words.date),
        "headline": escaped(words.headline),
        "announced": words.announced,
        "matched": words.matched,
        "here": str(layout.cards),
        "minutes": str(reading_minutes(digest, frame, layout)),
        "notice": frame.row("notice", words.missing) if words.missing else "",
        "cards": _rows(digest, frame, links=links, layout=layout),
        "why_you": escaped(words.why_you),
        "interests": escaped(words.interests),
        "confirmed": escaped(words.confirmed),
        "postal": escaped(words.postal),
        "archive_url": escaped(links.archive),
        "help_url": escaped(links.help),
        "preferences_url": escaped(links.preferences),
        "unsubscribe_url": escaped(links.unsubscribe),
        "view_url": escaped(links.view),
    }


def _rows(digest: Digest, frame: Frame, *, links: MailLinks, layout: Layout) -> str:
    labels = frame.labels
    if not digest.entries:
        day = labels.days(digest.issue.first_on, digest.issue.last_on)
        text, hint = labels.text("quiet_text", date=day), labels.text("quiet_hint")
        return frame.row("quiet", text, hint, labels.text("preferences"), links.preferences)
    rows = card_rows(digest, frame, layout)
    if layout.rich and layout.compact:
        rows.insert(layout.rich, frame.row("heading", labels.text("more_heading")))
    if left := left_to_the_web(digest, layout):
        rows.append(frame.row("omitted", labels.count("more_on_web", left), links.view))
    return "".join(rows)


def card_rows(digest: Digest, frame: Frame, layout: Layout) -> list[str]:
    """Return the cards in this layout, one string of table rows each."""
    rows = []
    for position, entry in enumerate(digest.entries[: layout.cards]):
        density = Density.RICH if position < layout.rich else Density.COMPACT
        card = frame.cards.card(entry.paper)
        html: Slotted = card.rich if density is Density.RICH else card.compact
        rows.append(html.fill(frame.cards.values(entry, density)))
    return rows


def left_to_the_web(digest: Digest, layout: Layout) -> int:
    """Return how many matching papers are not in the mail."""
    return digest.omitted + len(digest.entries) - layout.cards


def reading_minutes(digest: Digest, frame: Frame, layout: Layout) -> int:
    """Estimate the minutes to read this layout; at least 1 when there is a paper."""
    cards = [frame.cards.card(entry.paper) for entry in digest.entries[: layout.cards]]
    rich = sum(card.rich_seconds for card in cards[: layout.rich])
    compact = sum(card.compact_seconds for card in cards[layout.rich :])
    return max(round((rich + compact) / 60.0), 1) if cards else 0
