"""Paper cards: rendered once per paper, filled for each reader."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from operator import attrgetter

from jinja2 import Environment
from markupsafe import Markup

from newsletter.model import Entry, Paper, Reason, ReasonKind
from newsletter.render.cache import LruCache
from newsletter.render.clean import escaped
from newsletter.render.columns import cut, wrap, wrap_pieces
from newsletter.render.labels import Labels
from newsletter.render.reasons import reason_text, shown_reasons
from newsletter.render.slots import Slotted, slot
from newsletter.render.views import PaperView, paper_view

TEXT_COLUMNS = 76
MAX_META_COLUMNS = 56
SLOTS = ("pinned", "rank", "score", "chips")
TEXT_SLOTS = ("rank", "score", "why")
_key = attrgetter(
    "id", "version", "title", "abstract", "authors", "categories", "announce_type",
    "announced_on", "issue_on", "comment", "acceptance", "code_url",
)  # fmt: skip


class Density(StrEnum):
    """How much of a paper is shown."""

    RICH = "rich"
    COMPACT = "compact"


MAX_REASONS = {Density.RICH: 5, Density.COMPACT: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All forms of one paper in one language, with holes for the reader."""

    rich: Slotted
    compact: Slotted
    text: Slotted
    rich_seconds: float
    compact_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One reason, ready for HTML and for the text part."""

    html: str
    text: str


class CardRenderer:
    """Render papers in one language; remembers the last ``cards`` papers and ``chips`` reasons."""

    def __init__(
        self, environment: Environment, labels: Labels, *, cards: int = 4096, chips: int = 16384
    ) -> None:
        self._labels = labels
        self._by_density = {
            Density.RICH: environment.get_template("email/_card_rich.html.j2"),
            Density.COMPACT: environment.get_template("email/_card_compact.html.j2"),
        }
        self._text = environment.get_template("email/_paper.txt.j2")
        self._chip = environment.get_template("email/_chip.html.j2")
        self._cards: LruCache[object, Card] = LruCache(cards)
        self._chips: LruCache[tuple[ReasonKind, str], Chip] = LruCache(chips)

    def card(self, paper: Paper) -> Card:
        """Return the card of ``paper``; its key is everything that changes its bytes."""
        return self._cards.get_or_make(_key(paper), lambda: self._make_card(paper))

    def _make_card(self, paper: Paper) -> Card:
        view = paper_view(paper, self._labels)
        holes = {name: Markup(slot(name)) for name in SLOTS}  # noqa: S704 - our own marks
        return Card(
            rich=Slotted.parse(self.html(view, Density.RICH, holes)),
            compact=Slotted.parse(self.html(view, Density.COMPACT, holes)),
            text=Slotted.parse(self.text(view, {name: slot(name) for name in TEXT_SLOTS})),
            rich_seconds=view.rich_seconds,
            compact_seconds=view.compact_seconds,
        )

    def html(self, view: PaperView, density: Density, values: Mapping[str, Markup]) -> str:
        """Render one card as table rows, with these values for the reader's part."""
        shown = {
            name: tuple(map(escaped, value)) if isinstance(value, tuple) else escaped(str(value))
            for name, value in asdict(view).items()
        }
        template = self._by_density[density]
        return template.render(v=shown, s=values, t=self._labels.text)

    def text(self, view: PaperView, values: Mapping[str, str]) -> str:
        """Render one paper for the text part."""
        meta = " · ".join(filter(None, (view.category, view.kind, view.also_in)))
        lines = (*_lines(view.title), *_lines(view.authors))
        notes = " · ".join(filter(None, (*view.marks, view.accepted)))
        after = (*_lines(view.compact_lead), *_lines(notes))
        return self._text.render(
            v=view,
            s=values,
            t=self._labels.text,
            meta=cut(meta, MAX_META_COLUMNS),
            lines=lines,
            after=after,
        )

    def chip(self, reason: Reason) -> Chip:
        """Return the chip of a reason; its key is what it says, not what it counted."""
        key = (reason.kind, reason.term)
        return self._chips.get_or_make(key, lambda: self._make_chip(*key))

    def _make_chip(self, kind: ReasonKind, term: str) -> Chip:
        words = reason_text(kind, term, self._labels)
        shown = {name: escaped(value) for name, value in asdict(words).items()}
        return Chip(html=self._chip.render(r=shown), text=words.plain)

    def values(self, entry: Entry, density: Density) -> dict[str, str]:
        """Return what fills the holes of a card in HTML, escaped."""
        chosen, left = shown_reasons(entry.score.reasons, MAX_REASONS[density])
        chips = [self.chip(reason).html for reason in chosen]
        if left:
            chips.append(escaped(self._labels.text("reason_more", count=left)))
        return {
            "pinned": " pinned" if entry.score.pinned else "",
            "rank": str(entry.rank),
            "score": shown_score(entry.score.value),
            "chips": " ".join(chips),
        }

    def text_values(self, entry: Entry) -> dict[str, str]:
        """Return what fills the holes of a paper in the text part."""
        chosen, left = shown_reasons(entry.score.reasons, MAX_REASONS[Density.RICH])
        told = [self.chip(reason).text for reason in chosen]
        if left:
            told.append(self._labels.text("reason_more", count=left))
        pieces = [f"{self._labels.text('why')} "] + [f"{one}, " for one in told]
        lines = wrap_pieces(pieces, TEXT_COLUMNS) if told else ()
        return {
            "rank": str(entry.rank),
            "score": shown_score(entry.score.value),
            "why": "\n".join(lines).rstrip(",") + "\n" if lines else "",
        }


def shown_score(value: float) -> str:
    """Write a score with one decimal."""
    return f"{value + 0.0:.1f}" if abs(value) >= 0.05 else "0.0"


def _lines(text: str) -> tuple[str, ...]:
    return wrap(text, TEXT_COLUMNS)
