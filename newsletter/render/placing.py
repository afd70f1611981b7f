"""A digest's papers in their places: which card, how dense, with the reader's own parts."""

from collections.abc import Sequence
from typing import NamedTuple

from newsletter.model import Entry
from newsletter.render.cards import TEXT_COLUMNS, Card, CardRenderer, Chip, Density
from newsletter.render.columns import columns, wrap_pieces
from newsletter.render.labels import Labels
from newsletter.render.layout import Layout
from newsletter.render.reasons import shown_reasons
from newsletter.render.slots import Sized, extra_bytes

MAX_REASONS = {Density.RICH: 5, Density.COMPACT: 3}


class PlacedCard(NamedTuple):
    """One paper of a digest, ready to be filled in; a tuple because each mail makes so many.

    Attributes:
        density: which form is shown.
        chips: the reasons that are told on the card, and how many are not.
        reasons: all of them, for the text part.
    """

    entry: Entry
    card: Card
    density: Density
    chips: Sequence[Chip]
    reasons: Sequence[Chip]

    @property
    def seconds(self) -> float:
        """Return how long it takes to read."""
        return self.card.seconds[self.density]

    def html(self, votes: str = "") -> Sized:
        """Return the card as a table row; ``votes`` is where its links for voting lead."""
        frame = self.card.html[self.density]
        before, to_rank, to_score, to_chips, to_votes, end = frame.statics
        pinned, rank, score, chips = self.html_values()
        pieces = [before, pinned, to_rank, rank, to_score, score, to_chips, chips, to_votes, end]
        extra = frame.extra + extra_bytes(chips)
        if votes:
            links = self.card.votes[self.density]
            pieces.insert(-1, votes.join(links.statics))
            extra += links.extra
        return Sized(pieces, extra)

    def html_values(self) -> tuple[str, str, str, str]:
        """Return what fills the holes ``HTML_SLOTS`` but for the votes, escaped."""
        score = self.entry.score
        return (
            " pinned" if score.pinned else "",
            str(self.entry.rank),
            shown_score(score.value),
            " ".join([chip.html for chip in self.chips]),
        )

    def text(self, labels: Labels) -> str:
        """Return the paper for the text part."""
        score = shown_score(self.entry.score.value)
        return self.card.text.fill_in_order((str(self.entry.rank), score, self._why(labels)))

    def _why(self, labels: Labels) -> str:
        if not self.reasons:
            return ""
        why = labels.text("why")
        pieces = [(f"{why} ", columns(why) + 1)]
        pieces += [(chip.text, chip.text_columns) for chip in self.reasons]
        return "\n".join(wrap_pieces(pieces, TEXT_COLUMNS)).rstrip(",") + "\n"


def place(
    entries: Sequence[Entry], cards: Sequence[Card], *, layout: Layout, renderer: CardRenderer
) -> tuple[PlacedCard, ...]:
    """Return what this layout shows of ``entries`` and their ``cards``, in order."""
    dense = [Density.RICH] * layout.rich + [Density.COMPACT] * layout.compact
    return tuple(
        [
            PlacedCard(entry, card, density, *_chips(entry, MAX_REASONS[density], renderer))
            for entry, card, density in zip(entries, cards, dense, strict=False)
        ]
    )


def _chips(
    entry: Entry, limit: int, renderer: CardRenderer
) -> tuple[Sequence[Chip], Sequence[Chip]]:
    """Return the chips of the card, and all there are."""
    reasons = entry.score.reasons
    chosen, left = shown_reasons(reasons, limit)
    chip = renderer.chip
    every = [chip(reason.kind, reason.term) for reason in reasons]
    if not left:
        return every, every
    chips = [chip(reason.kind, reason.term) for reason in chosen]
    return [*chips, renderer.more_chip(left)], every


def shown_score(value: float) -> str:
    """Write a score with one decimal; never ``-0.0``."""
    return f"{value:.1f}" if abs(value) >= 0.05 else "0.0"
