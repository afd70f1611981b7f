"""The text part: its own template, at most 78 columns, each URL alone on its line."""

from newsletter.render.cards import TEXT_COLUMNS
from newsletter.render.columns import wrap
from newsletter.render.composition import Composition


def text_document(made: Composition) -> str:
    """Return the whole text part of a digest; lines end with line feeds."""
    words, links = made.words, made.links
    return made.frame.text.fill(
        {
            "date": words.date,
            "headline": words.headline,
            "announced": words.announced,
            "matched": words.matched,
            "here": str(len(made.placed)),
            "minutes": str(made.minutes),
            "notice": _block(words.missing),
            "papers": _papers(made),
            "interests": _wrapped(f"{words.interests} {words.confirmed}".strip()),
            "archive_url": links.archive,
            "help_url": links.help,
            "preferences_url": links.preferences,
            "unsubscribe_url": links.unsubscribe,
            "view_url": links.view,
        }
    )


def _papers(made: Composition) -> str:
    labels = made.frame.labels
    if made.words.quiet:
        return _block(f"{made.words.quiet} {labels.text('quiet_hint')}")
    votes = made.links.votes
    papers = [one.text(made.frame.cards, labels, votes=votes) for one in made.placed]
    if made.left:
        papers.append(f"\n{labels.count('more_on_web', made.left)}:\n{made.links.view}\n")
    return "".join(papers)


def _block(text: str) -> str:
    return f"\n{_wrapped(text)}\n" if text else ""


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, TEXT_COLUMNS))
