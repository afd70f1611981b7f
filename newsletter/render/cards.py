"""Paper cards: rendered once per paper and language, filled for each reader."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter

from jinja2 import Environment
from markupsafe import Markup

from newsletter.errors import RenderError
from newsletter.model import Paper, ReasonKind, Summary
from newsletter.render.cache import LruCache
from newsletter.render.clean import escaped
from newsletter.render.columns import columns, cut, wrap
from newsletter.render.labels import Labels
from newsletter.render.reasons import ReasonText, reason_text
from newsletter.render.slots import Slotted, slot
from newsletter.render.views import PaperView, paper_view

TEXT_COLUMNS = 76
MORE_CHIPS = 64
MAX_META_COLUMNS = 56
HTML_SLOTS = ("pinned", "rank", "score", "chips", "votes")
TEXT_SLOTS = ("rank", "score", "why")
_shown_fields = attrgetter(
    "id", "version", "title", "abstract", "authors", "categories", "announce_type",
    "announced_on", "issue_on", "comment", "acceptance", "code_url",
)  # fmt: skip


class Density(StrEnum):
    """How much of a paper is shown."""

    RICH = "rich"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All forms of one paper in one language, with holes for the reader.

    Attributes:
        votes: the links for voting, with holes for where they lead.
    """

    title: str
    html: Mapping[Density, Slotted]
    votes: Mapping[Density, Slotted]
    text: Slotted
    seconds: Mapping[Density, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One reason, ready for HTML and for the text part, where it takes ``text_columns``."""

    html: str
    text: str
    text_columns: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A card, and the paper and summary it was made from."""

    paper: Paper
    summary: Summary | None
    card: Card


class CardRenderer:
    """Render papers in one language; remembers the last ``cards`` papers and ``chips`` reasons.

    A card is remembered by paper and version, and checked against everything else that changes
    its bytes; language and templates belong to the renderer itself.
    """

    def __init__(
        self,
        environment: Environment,
        labels: Labels,
        *,
        site_url: str = "",
        cards: int = 4096,
        chips: int = 16384,
    ) -> None:
        self._labels = labels
        self._site_url = site_url
        self._by_density = {
            Density.RICH: environment.get_template("email/_card_rich.html.j2"),
            Density.COMPACT: environment.get_template("email/_card_compact.html.j2"),
        }
        self._text = environment.get_template("email/_paper.txt.j2")
        self._chip = environment.get_template("email/_chip.html.j2")
        self._votes = environment.get_template("email/_votes.html.j2").module
        self._cards: LruCache[tuple[str, int], _Known] = LruCache(cards)
        self.chip = lru_cache(maxsize=chips)(self._make_chip)
        self.more_chip = lru_cache(maxsize=MORE_CHIPS)(self._make_more_chip)

    def card(self, paper: Paper, summary: Summary | None = None) -> Card:
        """Return the card of ``paper``, made again when anything that it shows has changed."""
        key = (paper.id, paper.version)
        known = self._cards.get_or_make(key, lambda: self._make(paper, summary))
        if _is_same_summary(known.summary, summary) and (
            known.paper is paper or _shown_fields(known.paper) == _shown_fields(paper)
        ):
            return known.card
        return self._cards.put(key, self._make(paper, summary)).card

    def view(self, paper: Paper, summary: Summary | None = None) -> PaperView:
        """Put a paper into the words of a card."""
        return paper_view(paper, self._labels, summary, site_url=self._site_url)

    def _make(self, paper: Paper, summary: Summary | None) -> _Known:
        return _Known(paper, summary, self._make_card(self.view(paper, summary), paper.id))

    def _make_card(self, view: PaperView, paper_id: str) -> Card:
        shown = escaped_view(view)
        holes = {name: Markup(slot(name)) for name in HTML_SLOTS}  # noqa: S704 - our own marks
        return Card(
            title=view.title,
            html={
                density: _parsed(self.html(shown, density, values=holes), HTML_SLOTS)
                for density in Density
            },
            votes={
                Density.RICH: self._make_votes("two", paper_id),
                Density.COMPACT: self._make_votes("one", paper_id),
            },
            text=_parsed(self.text(view, {name: slot(name) for name in TEXT_SLOTS}), TEXT_SLOTS),
            seconds={Density.RICH: view.rich_seconds, Density.COMPACT: view.compact_seconds},
        )

    def _make_votes(self, macro: str, paper_id: str) -> Slotted:
        base = Markup(slot("votes"))  # noqa: S704 - our own mark
        rendered = getattr(self._votes, macro)(base, escaped(paper_id), self._labels.text)
        return Slotted.parse(str(rendered))

    def html(
        self, shown: Mapping[str, object], density: Density, *, values: Mapping[str, Markup]
    ) -> str:
        """Render one card as a table row.

        Args:
            shown: an escaped view.
            density: which template.
            values: the reader's part, escaped.
        """
        return self._by_density[density].render(v=shown, s=values, t=self._labels.text)

    def text(self, view: PaperView, values: Mapping[str, str]) -> str:
        """Render one paper for the text part."""
        meta = " · ".join(filter(None, (view.category, view.kind, view.also_in)))
        notes = " · ".join(filter(None, (view.withdrawn, view.late, view.accepted)))
        return self._text.render(
            v=view,
            s=values,
            t=self._labels.text,
            meta=cut(meta, MAX_META_COLUMNS),
            lines=(*_lines(view.title), *_lines(view.authors)),
            after=(*_lines(view.text_lead), *_lines(view.summary.origin), *_lines(notes)),
        )

    def _make_chip(self, kind: ReasonKind, term: str) -> Chip:
        return self._chip_of(reason_text(kind, term, self._labels))

    def _make_more_chip(self, left: int) -> Chip:
        more = self._labels.text("reason_more", count=left)
        return self._chip_of(ReasonText(style="keyword", before=more, term="", after=""))

    def _chip_of(self, words: ReasonText) -> Chip:
        shown = {name: escaped(value) for name, value in asdict(words).items()}
        text = f"{words.plain}, "
        return Chip(html=self._chip.render(r=shown), text=text, text_columns=columns(text))


def escaped_view(view: PaperView) -> dict[str, object]:
    """Return a view's texts escaped, by name, however deep they stand."""
    return {name: _escaped_all(value) for name, value in asdict(view).items()}


def _escaped_all(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _escaped_all(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_escaped_all(each) for each in value]
    return escaped(str(value))


def _is_same_summary(one: Summary | None, other: Summary | None) -> bool:
    return one is other or (one is not None and other is not None and one == other)


def _parsed(rendered: str, names: tuple[str, ...]) -> Slotted:
    """Open the holes of a card; they must stand in the order in which they are filled."""
    card = Slotted.parse(rendered)
    if card.names != names:
        raise RenderError(f"a card's template has the holes {card.names}, not {names}")
    return card


def _lines(text: str) -> tuple[str, ...]:
    return wrap(text, TEXT_COLUMNS)
