"""The responsive frame of a mail: MJML compiled once per language, with holes for the reader."""

import re

from jinja2 import Environment
from markupsafe import Markup

from newsletter.errors import RenderError
from newsletter.render.labels import Labels
from newsletter.render.slots import Slotted, slot

TEMPLATE = "email/digest/body.mjml.j2"
SLOTS = (
    "announced", "archive_url", "brand", "cards", "confirmed", "date", "headline", "help_url",
    "here", "interests", "matched", "minutes", "notice", "postal", "preferences_url",
    "preheader", "subject", "unsubscribe_url", "view_url", "why_you",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"@@(\w+)@@")


def compile_shell(environment: Environment, labels: Labels) -> Slotted:
    """Render the frame's labels, compile its MJML, and open its holes.

    Nothing from outside goes through MJML: its engine panics on some texts.

    Raises:
        RenderError: an MJML tag was not understood, or a hole has no value.
    """
    placeholders = {name: Markup(f"@@{name}@@") for name in SLOTS}  # noqa: S704 - our own names
    html = compile_mjml(environment, labels, placeholders)
    shell = Slotted.parse(_PLACEHOLDER.sub(lambda found: slot(found[1]), html))
    if unknown := shell.missing_from(SLOTS):
        raise RenderError(f"{TEMPLATE} has unknown holes: {sorted(unknown)}")
    return shell


def compile_mjml(environment: Environment, labels: Labels, values: dict[str, Markup]) -> str:
    """Render the frame with ``values`` in its holes and compile it to HTML."""
    from mjml import mjml2html  # noqa: PLC0415 - 20 ms, and commands that do not mail go without

    source = environment.get_template(TEMPLATE).render(
        t=labels.text, lang=labels.tag, dir=labels.dir, s=values
    )
    html = mjml2html(source, fonts={}, disable_comments=False)
    if "<mj-" in html:
        raise RenderError(f"{TEMPLATE} has an MJML tag that was not compiled")
    return html
