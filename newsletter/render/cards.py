"""Paper cards: rendered once per paper and language, filled for each reader."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from newsletter.errors import RenderError
from newsletter.model import Paper, Reason, ReasonKind, Summary
from newsletter.render.cache import Memo, Memory
from newsletter.render.clean import escaped
from newsletter.render.columns import columns, cut, wrap
from newsletter.render.labels import Labels
from newsletter.render.reasons import ReasonText, reason_text, shown_reasons
from newsletter.render.slots import Slotted, slot
from newsletter.render.views import PaperView, paper_view

TEXT_COLUMNS = 76
MORE_CHIPS = 64
MAX_META_COLUMNS = 56
HTML_SLOTS = ("pinned", "rank", "score", "chips", "votes")
TEXT_SLOTS = ("rank", "score", "why", "votes")
_shown_fields = attrgetter(
    "id", "version", "title", "abstract", "authors", "categories", "announce_type",
    "announced_on", "issue_on", "comment", "acceptance", "code_url",
)  # fmt: skip


class Density(StrEnum):
    """How much of a paper is shown."""

    RICH = "rich"
    COMPACT = "compact"


class Form(NamedTuple):
    """One paper in one density, with holes for the reader.

    Attributes:
        votes: the links for voting, with holes for where they lead.
        seconds: how long it takes to read.
    """

    density: Density
    html: Slotted
    votes: Slotted
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All forms of one paper in one language, with holes for the reader.

    Attributes:
        text_votes: the link for voting of the text part, with a hole for where it leads.
    """

    title: str
    rich: Form
    compact: Form
    text: Slotted
    text_votes: Slotted


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

    def shows(self, paper: Paper, summary: Summary | None) -> bool:
        """Tell whether the card is that of this paper and summary too."""
        return (self.summary is summary or self.summary == summary) and (
            self.paper is paper or _shown_fields(self.paper) == _shown_fields(paper)
        )


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
        self._cards: Memory[tuple[str, int], _Known] = Memory(cards)
        self._chips = Memo(self._make_chip, size=chips)
        self._more_chips = Memo(self._make_more_chip, size=MORE_CHIPS)

    def card(self, paper: Paper, summary: Summary | None = None) -> Card:
        """Return the card of ``paper``, made again when anything that it shows has changed."""
        key = (paper.id, paper.version)
        known = self._cards.get(key)
        if known is None or not known.shows(paper, summary):
            known = self._cards.put(key, self._make(paper, summary))
        return known.card

    def chips(self, reasons: Sequence[Reason], limit: int | None = None) -> list[Chip]:
        """Return the chips of ``reasons``; beyond ``limit``, one that counts those left out."""
        made = self._chips
        if limit is None or len(reasons) <= limit:
            return [made[reason.kind, reason.term] for reason in reasons]
        chosen, left = shown_reasons(reasons, limit)
        return [*self.chips(chosen), self._more_chips[left]]

    def view(self, paper: Paper, summary: Summary | None = None) -> PaperView:
        """Put a paper into the words of a card."""
        return paper_view(paper, self._labels, summary, site_url=self._site_url)

    def _make(self, paper: Paper, summary: Summary | None) -> _Known:
        return _Known(paper, summary, self._make_card(self.view(paper, summary), paper.id))

    def _make_card(self, view: PaperView, paper_id: str) -> Card:
        shown = escaped_view(view)
        holes = {name: Markup(slot(name)) for name in HTML_SLOTS}  # noqa: S704 - our own marks
        rich, compact = (
            _parsed(self.html(shown, density, values=holes), HTML_SLOTS) for density in Density
        )
        two, one = self._make_votes("two", paper_id), self._make_votes("one", paper_id)
        return Card(
            title=view.title,
            rich=Form(Density.RICH, rich, two, view.rich_seconds),
            compact=Form(Density.COMPACT, compact, one, view.compact_seconds),
            text=_parsed(self.text(view, {name: slot(name) for name in TEXT_SLOTS}), TEXT_SLOTS),
            text_votes=self._make_text_votes(paper_id),
        )

    def _make_votes(self, macro: str, paper_id: str) -> Slotted:
        base = Markup(slot("votes"))  # noqa: S704 - our own mark
        rendered = getattr(self._votes, macro)(base, escaped(paper_id), self._labels.text)
        return Slotted.parse(str(rendered))

    def _make_text_votes(self, paper_id: str) -> Slotted:
        url = f"{slot('votes')}/rate/{paper_id}"
        return Slotted.parse(f"{self._labels.text('vote_page')}\n{url}\n")

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

    def _make_chip(self, reason: tuple[ReasonKind, str]) -> Chip:
        return self._chip_of(reason_text(*reason, self._labels))

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


def _parsed(rendered: str, names: tuple[str, ...]) -> Slotted:
    """Open the holes of a card; they must stand in the order in which they are filled."""
    card = Slotted.parse(rendered)
    if card.names != names:
        raise RenderError(f"a card's template has the holes {card.names}, not {names}")
    return card


def _lines(text: str) -> tuple[str, ...]:
    return wrap(text, TEXT_COLUMNS)
