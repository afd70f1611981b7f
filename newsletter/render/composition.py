"""One reader's mail before it is written: what is said, what is shown, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.model import Digest
from newsletter.render.frame import Frame
from newsletter.render.identity import MailLinks
from newsletter.render.layout import Layout, layouts
from newsletter.render.placing import PlacedCard, place
from newsletter.render.words import DigestWords, digest_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A digest in one layout.

    Attributes:
        words: what is said outside the cards.
        placed: the cards that are shown, in order; as many as the layout has.
    """

    digest: Digest
    frame: Frame
    links: MailLinks
    words: DigestWords
    layout: Layout
    placed: tuple[PlacedCard, ...]

    @property
    def left(self) -> int:
        """Return how many matching papers are not in the mail."""
        return self.digest.omitted + len(self.digest.entries) - len(self.placed)

    @property
    def minutes(self) -> int:
        """Estimate the minutes to read it; at least 1 when there is a paper."""
        seconds = sum([one.form.seconds for one in self.placed])
        return max(round(seconds / 60.0), 1) if self.placed else 0


def compositions(digest: Digest, frame: Frame, *, links: MailLinks) -> Iterator[Composition]:
    """Yield the digest in every layout, the richest first."""
    cards = [frame.cards.card(entry.paper, entry.summary) for entry in digest.entries]
    titles = [card.title for card in cards]
    words = digest_words(digest, frame.labels, titles=titles, brand=frame.brand)
    for layout in layouts(len(digest.entries)):
        placed = place(digest.entries, cards, layout=layout)
        yield Composition(
            digest=digest, frame=frame, links=links, words=words, layout=layout, placed=placed
        )
