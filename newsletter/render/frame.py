"""Everything of a mail that one language shares: compiled once, kept for the process."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from newsletter.render.cards import CardRenderer
from newsletter.render.clean import escaped
from newsletter.render.labels import Labels
from newsletter.render.shell import compile_shell
from newsletter.render.slots import Slotted, slot

TEXT_SLOTS = (
    "announced", "archive_url", "brand", "date", "footer", "headline", "help_url", "here",
    "matched", "minutes", "notice", "papers", "preferences_url", "unsubscribe_url", "view_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One language's templates.

    Attributes:
        shell, text: the HTML and text parts with holes for the reader.
        rows: the macros of ``email/_rows.html.j2``.
        cards: renders and remembers papers.
    """

    labels: Labels
    shell: Slotted
    text: Slotted
    rows: Any
    cards: CardRenderer

    def row(self, name: str, *arguments: str) -> str:
        """Render a table row that is not a paper; arguments are escaped here."""
        return str(getattr(self.rows, name)(*map(escaped, arguments)))


def make_frame(environment: Environment, labels: Labels) -> Frame:
    """Compile the templates of one language."""
    text = environment.get_template("email/digest/body.txt.j2")
    holes = {name: slot(name) for name in TEXT_SLOTS}
    return Frame(
        labels=labels,
        shell=compile_shell(environment, labels),
        text=Slotted.parse(text.render(t=labels.text, s=holes)),
        rows=environment.get_template("email/_rows.html.j2").module,
        cards=CardRenderer(environment, labels),
    )
