"""The text part: its own template, at most 78 columns, each URL alone on its line."""

from newsletter.model import Digest
from newsletter.render.cards import TEXT_COLUMNS
from newsletter.render.columns import wrap
from newsletter.render.document import left_to_the_web, reading_minutes
from newsletter.render.frame import Frame
from newsletter.render.identity import MailLinks
from newsletter.render.layout import Layout
from newsletter.render.words import DigestWords


def text_document(
    digest: Digest, frame: Frame, *, words: DigestWords, links: MailLinks, layout: Layout
) -> str:
    """Return the whole text part of a digest in this layout, lines ended by line feeds."""
    footer = (f"{words.why_you} {words.interests} {words.confirmed}", words.postal)
    thanks = (frame.labels.text("thanks"), frame.labels.text("privacy"))
    return frame.text.fill(
        {
            "brand": words.brand,
            "date": words.date,
            "headline": words.headline,
            "announced": words.announced,
            "matched": words.matched,
            "here": str(layout.cards),
            "minutes": str(reading_minutes(digest, frame, layout)),
            "notice": _block(words.missing),
            "papers": _papers(digest, frame, links=links, layout=layout),
            "footer": "\n\n".join(map(_wrapped, (*footer, " ".join(thanks)))),
            "archive_url": links.archive,
            "help_url": links.help,
            "preferences_url": links.preferences,
            "unsubscribe_url": links.unsubscribe,
            "view_url": links.view,
        }
    )


def _papers(digest: Digest, frame: Frame, *, links: MailLinks, layout: Layout) -> str:
    labels = frame.labels
    if not digest.entries:
        day = labels.days(digest.issue.first_on, digest.issue.last_on)
        return _block(f"{labels.text('quiet_text', date=day)} {labels.text('quiet_hint')}")
    papers = [
        frame.cards.card(entry.paper).text.fill(frame.cards.text_values(entry))
        for entry in digest.entries[: layout.cards]
    ]
    if left := left_to_the_web(digest, layout):
        papers.append(f"\n{labels.count('more_on_web', left)}:\n{links.view}\n")
    return "".join(papers)


def _block(text: str) -> str:
    return f"\n{_wrapped(text)}\n" if text else ""


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, TEXT_COLUMNS))
