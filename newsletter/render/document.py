"""The HTML part: the frame filled with one reader's cards."""

from typing import NamedTuple

from newsletter.render.clean import escape_text
from newsletter.render.composition import Composition
from newsletter.render.slots import Sized, extra_bytes


class Document(NamedTuple):
    """Finished HTML and its size in UTF-8."""

    html: str
    size: int


def html_document(made: Composition) -> Document:
    """Return the whole HTML of a digest."""
    shell = made.frame.html
    texts = html_values(made, cards="")
    values = [texts[name] for name in shell.names]
    extra = shell.extra + extra_bytes("".join(values))
    cards: list[str] = []
    votes = escape_text(made.links.votes)
    rows = [one.html(made.frame.cards, votes=votes) for one in made.placed]
    for row in with_other_rows(made, rows):
        cards += row.pieces
        extra += row.extra
    pieces = shell.pieces(values)
    place = 2 * shell.names.index("cards") + 1
    html = "".join(pieces[:place] + cards + pieces[place + 1 :])
    return Document(html, len(html) + extra)


def html_values(made: Composition, *, cards: str) -> dict[str, str]:
    """Return what fills the holes of the frame, escaped; ``cards`` are finished table rows."""
    words, links = made.words, made.links
    return {
        "subject": escape_text(words.subject),
        "preheader": escape_text(words.preheader),
        "date": escape_text(words.date),
        "headline": escape_text(words.headline),
        "announced": words.announced,
        "matched": words.matched,
        "here": str(len(made.placed)),
        "minutes": str(made.minutes),
        "notice": "".join(made.frame.row("notice", text=words.missing).pieces)
        if words.missing
        else "",
        "cards": cards,
        "interests": escape_text(words.interests),
        "confirmed": escape_text(words.confirmed),
        "archive_url": escape_text(links.archive),
        "help_url": escape_text(links.help),
        "preferences_url": escape_text(links.preferences),
        "unsubscribe_url": escape_text(links.unsubscribe),
        "view_url": escape_text(links.view),
    }


def with_other_rows(made: Composition, cards: list[Sized]) -> list[Sized]:
    """Put the rows that are not papers around finished cards."""
    frame, labels = made.frame, made.frame.labels
    if made.words.quiet:
        hint, action = labels.text("quiet_hint"), labels.text("preferences")
        url = made.links.preferences
        return [frame.row("quiet", text=made.words.quiet, hint=hint, action=action, url=url)]
    if made.layout.rich and made.layout.compact:
        cards.insert(made.layout.rich, frame.row("heading", text=labels.text("more_heading")))
    if made.left:
        text = labels.count("more_on_web", made.left)
        cards.append(frame.row("omitted", text=text, url=made.links.view))
    return cards
