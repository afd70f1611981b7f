"""A digest's papers in their places: which card, how dense, with the reader's own parts."""

from dataclasses import dataclass

from newsletter.model import Digest, Entry
from newsletter.render.cards import TEXT_COLUMNS, Card, CardRenderer, Chip, Density
from newsletter.render.clean import escape_text
from newsletter.render.columns import columns, wrap_pieces
from newsletter.render.labels import Labels
from newsletter.render.layout import Layout
from newsletter.render.reasons import shown_reasons

MAX_REASONS = {Density.RICH: 5, Density.COMPACT: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCard:
    """One paper of a digest, ready to be filled in.

    Attributes:
        left: how many reasons are not among ``chips``.
    """

    entry: Entry
    card: Card
    density: Density
    chips: tuple[Chip, ...]
    left: int

    @property
    def seconds(self) -> float:
        """Return how long it takes to read."""
        is_rich = self.density is Density.RICH
        return self.card.rich_seconds if is_rich else self.card.compact_seconds

    def html(self, labels: Labels) -> str:
        """Return the card as a table row."""
        frame = self.card.rich if self.density is Density.RICH else self.card.compact
        return frame.fill(self.html_values(labels))

    def html_values(self, labels: Labels) -> dict[str, str]:
        """Return what fills the card's holes, escaped."""
        chips = [chip.html for chip in self.chips]
        if self.left:
            chips.append(escape_text(labels.text("reason_more", count=self.left)))
        score = self.entry.score
        return {
            "pinned": " pinned" if score.pinned else "",
            "rank": str(self.entry.rank),
            "score": shown_score(score.value),
            "chips": " ".join(chips),
        }

    def text(self, labels: Labels) -> str:
        """Return the paper for the text part."""
        return self.card.text.fill(
            {
                "rank": str(self.entry.rank),
                "score": shown_score(self.entry.score.value),
                "why": self._why(labels),
            }
        )

    def _why(self, labels: Labels) -> str:
        if not self.chips:
            return ""
        why = labels.text("why")
        pieces = [(f"{why} ", columns(why) + 1)]
        pieces += [(chip.text, chip.text_columns) for chip in self.chips]
        if self.left:
            more = labels.text("reason_more", count=self.left)
            pieces.append((more, columns(more)))
        return "\n".join(wrap_pieces(pieces, TEXT_COLUMNS)).rstrip(",") + "\n"


def place(digest: Digest, cards: CardRenderer, *, layout: Layout) -> tuple[PlacedCard, ...]:
    """Return the cards of a digest in this layout, in order."""
    shown = digest.entries[: layout.cards]
    return tuple(
        _placed(entry, cards, Density.RICH if position < layout.rich else Density.COMPACT)
        for position, entry in enumerate(shown)
    )


def _placed(entry: Entry, cards: CardRenderer, density: Density) -> PlacedCard:
    chosen, left = shown_reasons(entry.score.reasons, MAX_REASONS[density])
    chips = tuple([cards.chip(reason.kind, reason.term) for reason in chosen])
    card = cards.card(entry.paper)
    return PlacedCard(entry=entry, card=card, density=density, chips=chips, left=left)


def shown_score(value: float) -> str:
    """Write a score with one decimal; never ``-0.0``."""
    return f"{value:.1f}" if abs(value) >= 0.05 else "0.0"
