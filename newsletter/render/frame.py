"""Everything of a mail that one language shares: compiled once, kept for the process."""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from newsletter.render.cards import TEXT_COLUMNS, CardRenderer
from newsletter.render.clean import escape_text, one_line
from newsletter.render.columns import cut, wrap
from newsletter.render.identity import MailIdentity
from newsletter.render.labels import Labels
from newsletter.render.shell import compile_shell
from newsletter.render.slots import Sized, Slotted, slot

TEXT_SLOTS = (
    "announced", "archive_url", "brand", "date", "headline", "help_url", "here", "interests",
    "matched", "minutes", "notice", "papers", "postal", "preferences_url", "thanks",
    "unsubscribe_url", "view_url", "why_you",
)  # fmt: skip
ROWS = ("heading", "notice", "omitted", "quiet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One language's templates, with the sender's own lines filled in.

    Attributes:
        brand: the newsletter's name on one line.
        sender: the sender's own lines, escaped, by the name of their hole.
        html, text: the two parts with holes for the reader.
        rows: table rows that are not papers, by name: ``email/_rows.html.j2``.
        cards: renders and remembers papers.
    """

    labels: Labels
    brand: str
    sender: Mapping[str, str]
    html: Slotted
    text: Slotted
    rows: Mapping[str, Slotted]
    cards: CardRenderer

    def row(self, name: str, **texts: str) -> Sized:
        """Fill a table row that is not a paper; texts are escaped here."""
        values = {hole: escape_text(text) for hole, text in texts.items()}
        return Sized.of(self.rows[name].fill(values))


def make_frame(environment: Environment, labels: Labels, *, identity: MailIdentity) -> Frame:
    """Compile the templates of one language and fill in who sends."""
    lines = _sender_lines(identity, labels)
    template = environment.get_template("email/digest/body.txt.j2")
    rows = environment.get_template("email/_rows.html.j2").module
    text = template.render(t=labels.text, s={name: slot(name) for name in TEXT_SLOTS})
    thanks = f"{labels.text('thanks')} {labels.text('privacy')}"
    wrapped = {name: _wrapped(line) for name, line in (lines | {"thanks": thanks}).items()}
    html = {name: escape_text(line) for name, line in lines.items()}
    return Frame(
        labels=labels,
        brand=lines["brand"],
        sender=html,
        html=compile_shell(environment, labels).bind(html),
        text=Slotted.parse(text).bind(wrapped),
        rows={name: _open_row(getattr(rows, name)) for name in ROWS},
        cards=CardRenderer(environment, labels, site_url=identity.site_url.rstrip("/")),
    )


def _open_row(macro: Macro) -> Slotted:
    """Render a macro with a hole for each of its arguments."""
    holes = [Markup(slot(name)) for name in macro.arguments]  # noqa: S704 - our own marks
    return Slotted.parse(str(macro(*holes)))


def _sender_lines(identity: MailIdentity, labels: Labels) -> dict[str, str]:
    brand = cut(one_line(identity.title), 60)
    return {
        "brand": brand,
        "why_you": labels.text("why_you", title=brand),
        "postal": cut(one_line(identity.postal_address), 200),
    }


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, TEXT_COLUMNS))
