"""A digest's papers in their places: which card, how dense, with the reader's own parts."""

from collections.abc import Sequence
from typing import NamedTuple

from newsletter.model import Entry
from newsletter.render.cards import TEXT_COLUMNS, Card, CardRenderer, Chip, Density, Form
from newsletter.render.columns import columns, wrap_pieces
from newsletter.render.labels import Labels
from newsletter.render.layout import Layout
from newsletter.render.slots import Sized, extra_bytes

MAX_REASONS = {Density.RICH: 5, Density.COMPACT: 3}


class PlacedCard(NamedTuple):
    """One paper of a digest, ready to be filled in; a tuple because each mail makes so many.

    Attributes:
        form: of the card, in the density of its place.
    """

    entry: Entry
    card: Card
    form: Form

    def html(self, renderer: CardRenderer, *, votes: str = "") -> Sized:
        """Return the card as a table row; ``votes`` is where its links for voting lead."""
        form, score = self.form, self.entry.score
        before, to_rank, to_score, to_chips, to_votes, end = form.html.statics
        pinned = " pinned" if score.pinned else ""
        rank, value = str(self.entry.rank), shown_score(score.value)
        told = renderer.chips(score.reasons, MAX_REASONS[form.density])
        chips = " ".join([chip.html for chip in told])
        links = votes.join(form.votes.statics) if votes else ""
        extra = form.html.extra + extra_bytes(chips) + (form.votes.extra if votes else 0)
        pieces = (
            before, pinned, to_rank, rank, to_score, value, to_chips, chips, to_votes, links, end,
        )  # fmt: skip
        return Sized(pieces, extra)

    def text(self, renderer: CardRenderer, labels: Labels, *, votes: str = "") -> str:
        """Return the paper for the text part, with all of its reasons."""
        score = self.entry.score
        why = _why(renderer.chips(score.reasons), labels)
        link = self.card.text_votes.fill_in_order((votes,)) if votes else ""
        return self.card.text.fill_in_order(
            (str(self.entry.rank), shown_score(score.value), why, link)
        )


def _why(reasons: Sequence[Chip], labels: Labels) -> str:
    if not reasons:
        return ""
    why = labels.text("why")
    pieces = [(f"{why} ", columns(why) + 1)]
    pieces += [(chip.text, chip.text_columns) for chip in reasons]
    return "\n".join(wrap_pieces(pieces, TEXT_COLUMNS)).rstrip(",") + "\n"


def place(
    entries: Sequence[Entry], cards: Sequence[Card], *, layout: Layout
) -> tuple[PlacedCard, ...]:
    """Return what this layout shows of ``entries`` and their ``cards``, in order."""
    forms = [card.rich for card in cards[: layout.rich]]
    forms += [card.compact for card in cards[layout.rich : layout.cards]]
    return tuple(map(PlacedCard, entries, cards, forms))


def shown_score(value: float) -> str:
    """Write a score with one decimal; never ``-0.0``."""
    return f"{value:.1f}" if abs(value) >= 0.05 else "0.0"
