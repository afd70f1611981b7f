"""The same mails rendered whole for every reader: what joined cards are measured against.

Also the reference of the tests: joined must be the same, byte for byte, as rendered whole.
"""

import re
from dataclasses import asdict, dataclass

from jinja2 import Environment, Template
from markupsafe import Markup

from newsletter.model import Entry, Paper
from newsletter.render.cards import Density
from newsletter.render.clean import escape_text, escaped
from newsletter.render.composition import Composition
from newsletter.render.document import html_values, with_other_rows
from newsletter.render.environment import make_environment, template_dir
from newsletter.render.frame import Frame
from newsletter.render.mail import DigestRenderer
from newsletter.render.placing import MAX_REASONS, PlacedCard, shown_score
from newsletter.render.reasons import reason_text, shown_reasons
from newsletter.render.shell import SLOTS, compile_mjml
from newsletter.render.views import PaperView, paper_view


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeMail:
    """Renders digests without joining: every card and the frame by Jinja, for each reader.

    Views of papers (cleaned and shortened texts) are remembered, so that what is compared is
    the rendering alone.
    """

    environment: Environment
    frame: Frame
    views: dict[str, PaperView]
    compiled: Template

    @classmethod
    def of(cls, renderer: DigestRenderer, language: str) -> "WholeMail":
        """Make one for the same templates and language as ``renderer``."""
        environment = make_environment(template_dir())
        frame = renderer.frame(language)
        holes = {name: Markup(f"@@{name}@@") for name in SLOTS}  # noqa: S704 - our own names
        html = compile_mjml(environment, frame.labels, holes)
        compiled = environment.from_string(re.sub(r"@@(\w+)@@", r"{{ \1 }}", html))
        return cls(environment=environment, frame=frame, views={}, compiled=compiled)

    def by_jinja(self, made: Composition) -> str:
        """Fill the frame, whose MJML was compiled once, by Jinja."""
        return self.compiled.render(self._values(made))

    def by_mjml(self, made: Composition) -> str:
        """Render Jinja → MJML → HTML for this reader."""
        return compile_mjml(self.environment, self.frame.labels, self._values(made))

    def _values(self, made: Composition) -> dict[str, Markup]:
        cards = [self._card(one) for one in made.placed]
        texts = html_values(made, cards="".join(with_other_rows(made, cards)))
        values = texts | dict(self.frame.sender)
        return {name: Markup(value) for name, value in values.items()}  # noqa: S704 - escaped

    def _card(self, placed: PlacedCard) -> str:
        entry = placed.entry
        values = {
            "pinned": " pinned" if entry.score.pinned else "",
            "rank": str(entry.rank),
            "score": shown_score(entry.score.value),
            "chips": self._chips(entry, placed.density),
        }
        return self.frame.cards.html(
            self._view(entry.paper),
            placed.density,
            values={name: Markup(value) for name, value in values.items()},  # noqa: S704 - escaped
        )

    def _chips(self, entry: Entry, density: Density) -> str:
        labels = self.frame.labels
        chosen, left = shown_reasons(entry.score.reasons, MAX_REASONS[density])
        template = self.environment.get_template("email/_chip.html.j2")
        words = (reason_text(reason.kind, reason.term, labels) for reason in chosen)
        chips = [
            template.render(r={name: escaped(text) for name, text in asdict(one).items()})
            for one in words
        ]
        if left:
            chips.append(escape_text(labels.text("reason_more", count=left)))
        return " ".join(chips)

    def _view(self, paper: Paper) -> PaperView:
        if paper.versioned_id not in self.views:
            self.views[paper.versioned_id] = paper_view(paper, self.frame.labels)
        return self.views[paper.versioned_id]
