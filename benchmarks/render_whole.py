"""The same mails rendered whole for every reader: what joined cards are measured against.

Also the reference of the tests: joined must be the same, byte for byte, as rendered whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, Template
from markupsafe import Markup

from newsletter.model import Entry
from newsletter.render.cards import Density, escaped_view
from newsletter.render.clean import escaped
from newsletter.render.composition import Composition
from newsletter.render.document import html_values, with_other_rows
from newsletter.render.environment import make_environment, template_dir
from newsletter.render.frame import Frame
from newsletter.render.mail import DigestRenderer
from newsletter.render.placing import MAX_REASONS, PlacedCard, shown_score
from newsletter.render.reasons import ReasonText, reason_text, shown_reasons
from newsletter.render.shell import SLOTS, compile_mjml
from newsletter.render.slots import Sized


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMail:
    """Renders digests without joining: every card and the frame by Jinja, for each reader.

    Attributes:
        views: of each paper its texts, cleaned, shortened and escaped. What is found here is not
            made again, so that the rendering alone is measured; cleared, all is.
    """

    environment: Environment
    frame: Frame
    views: dict[str, dict[str, object]]
    compiled: Template
    chip: Template

    @classmethod
    def of(cls, renderer: DigestRenderer, language: str) -> "WholeMail":
        """Make one for the same templates and language as ``renderer``."""
        environment = make_environment(template_dir())
        frame = renderer.frame(language)
        holes = {name: Markup(f"@@{name}@@") for name in SLOTS}  # noqa: S704 - our own names
        html = compile_mjml(environment, frame.labels, holes)
        compiled = environment.from_string(re.sub(r"@@(\w+)@@", r"{{ \1 }}", html))
        chip = environment.get_template("email/_chip.html.j2")
        return cls(environment=environment, frame=frame, views={}, compiled=compiled, chip=chip)

    def by_jinja(self, made: Composition) -> str:
        """Fill the frame, whose MJML was compiled once, by Jinja."""
        return self.compiled.render(self._values(made))

    def by_mjml(self, made: Composition) -> str:
        """Render Jinja → MJML → HTML for this reader."""
        return compile_mjml(self.environment, self.frame.labels, self._values(made))

    def _values(self, made: Composition) -> dict[str, Markup]:
        cards = [self._card(one, votes=made.links.votes) for one in made.placed]
        rows = with_other_rows(made, [Sized.of(card) for card in cards])
        texts = html_values(made, cards="".join(["".join(row.pieces) for row in rows]))
        return _marked(texts | dict(self.frame.sender))

    def _card(self, placed: PlacedCard, *, votes: str) -> str:
        score = placed.entry.score
        values = {
            "pinned": " pinned" if score.pinned else "",
            "rank": str(placed.entry.rank),
            "score": shown_score(score.value),
            "chips": self._chips(placed),
            "votes": self._votes(placed, votes),
        }
        shown = self._view(placed.entry)
        return self.frame.cards.html(shown, placed.form.density, values=_marked(values))

    def _votes(self, placed: PlacedCard, base: str) -> str:
        macros = self.environment.get_template("email/_votes.html.j2").module
        macro = getattr(macros, "two" if placed.form.density is Density.RICH else "one")
        paper_id = escaped(placed.entry.paper.id)
        return str(macro(base, paper_id, self.frame.labels.text)) if base else ""

    def _chips(self, placed: PlacedCard) -> str:
        reasons = placed.entry.score.reasons
        chosen, left = shown_reasons(reasons, MAX_REASONS[placed.form.density])
        labels = self.frame.labels
        told = [reason_text(reason.kind, reason.term, labels) for reason in chosen]
        if left:
            more = labels.text("reason_more", count=left)
            told.append(ReasonText(style="keyword", before=more, term="", after=""))
        return " ".join([self.chip.render(r=_escaped_reason(one)) for one in told])

    def _view(self, entry: Entry) -> dict[str, object]:
        key = entry.paper.versioned_id
        if key not in self.views:
            view = self.frame.cards.view(entry.paper, entry.summary)
            self.views[key] = escaped_view(view)
        return self.views[key]


def _escaped_reason(told: ReasonText) -> dict[str, str]:
    words = {"before": told.before, "term": told.term, "after": told.after}
    return {"style": told.style, **{name: escaped(text) for name, text in words.items()}}


def _marked(values: Mapping[str, str]) -> dict[str, Markup]:
    return {name: Markup(text) for name, text in values.items()}  # noqa: S704 - escaped before
