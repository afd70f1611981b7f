"""Mails about a subscription: confirm, welcome, change of address, goodbye, new links."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from newsletter.errors import RenderError
from newsletter.model import Message
from newsletter.render.cache import LruCache
from newsletter.render.clean import escape_text, escaped, one_line
from newsletter.render.columns import cut, wrap
from newsletter.render.environment import make_environment, refuse_other_mjml, template_dir
from newsletter.render.headers import notice_headers
from newsletter.render.identity import MailIdentity
from newsletter.render.labels import Labels, choose_labels, load_labels
from newsletter.render.slots import Slotted, slot

SHELL = "email/_notice.mjml.j2"
SHELL_SLOTS = (
    "brand", "headline", "links", "postal", "preheader", "rows", "subject", "thanks", "why",
)  # fmt: skip
TEXT_COLUMNS = 76
MAX_TITLE_COLUMNS = 40

_PLACEHOLDER = re.compile(r"@@(\w+)@@")
_BLANK_LINES = re.compile(r"\n{3,}")

Value = str | bool | tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeMail:
    """What one notice says.

    Attributes:
        mail: the folder of its templates: ``confirm``, ``welcome`` ….
        headline, preheader: keys of labels.
        why: why it is sent, in the reader's language.
        values: what the templates need, as plain text; lists are mappings of plain text.
        unsubscribe_url, preferences_url: empty where there is nothing to leave or to change.
    """

    mail: str
    headline: str
    preheader: str
    why: str
    values: Mapping[str, Value]
    archive_url: str
    help_url: str
    unsubscribe_url: str = ""
    preferences_url: str = ""


class NoticeRenderer:
    """Render notices; may be shared by threads.

    Raises:
        ConfigurationError: package ``mjml`` hides ``mjml-python``.
        RenderError: the templates are missing.
    """

    def __init__(self, identity: MailIdentity, *, folder: Path | None = None) -> None:
        refuse_other_mjml()
        templates = folder or template_dir()
        self._identity = identity
        self._brand = cut(one_line(identity.title), MAX_TITLE_COLUMNS)
        self._environment = make_environment(templates)
        self._labels = load_labels(templates / "email" / "labels")
        self._shells: LruCache[str, Slotted] = LruCache(16)

    def labels(self, language: str) -> Labels:
        """Return the words of the language closest to this BCP 47 tag."""
        return choose_labels(language, self._labels)

    def render(
        self, notice: NoticeMail, *, language: str, recipient: str, delivery_id: str
    ) -> Message:
        """Render one notice.

        Raises:
            RenderError: an id or setting cannot stand in a header.
        """
        labels = self.labels(language)
        subject = self._template(notice, "subject.txt.j2", self._text_values(notice, labels))
        return Message(
            delivery_id=delivery_id,
            sender=self._identity.sender,
            reply_to=self._identity.reply_to,
            recipient=recipient,
            subject=one_line(subject),
            text=self._text(notice, labels),
            html=self._html(notice, labels, subject=one_line(subject)),
            headers=notice_headers(
                self._identity,
                unsubscribe=notice.unsubscribe_url,
                archive=notice.archive_url,
                help_=notice.help_url,
                delivery_id=delivery_id,
            ),
        )

    def _text(self, notice: NoticeMail, labels: Labels) -> str:
        rendered = self._template(notice, "body.txt.j2", self._text_values(notice, labels))
        return _BLANK_LINES.sub("\n\n", rendered).strip() + "\n"

    def _html(self, notice: NoticeMail, labels: Labels, *, subject: str) -> str:
        values = self._html_values(notice, labels)
        rows = self._template(notice, "body.html.j2", values)
        macros = self._environment.get_template("email/_notice_rows.html.j2").module
        links = getattr(macros, "footer_links")(  # noqa: B009 - a macro, unknown to the type checker
            *(escaped(url) for url in _urls(notice).values()), values["t"]
        )
        shell = self._shells.get_or_make(labels.tag, lambda: self._shell(labels))
        return shell.fill(
            {
                "brand": escape_text(self._brand),
                "headline": escape_text(labels.text(notice.headline)),
                "links": str(links),
                "postal": escape_text(self._postal),
                "preheader": escape_text(labels.text(notice.preheader)),
                "rows": rows,
                "subject": escape_text(subject),
                "thanks": escape_text(self._thanks(labels)),
                "why": escape_text(notice.why),
            }
        )

    def _template(self, notice: NoticeMail, name: str, values: Mapping[str, object]) -> str:
        return self._environment.get_template(f"email/{notice.mail}/{name}").render(values)

    def _text_values(self, notice: NoticeMail, labels: Labels) -> dict[str, object]:
        return {
            **_cleaned(notice.values, one_line),
            **_urls(notice),
            "t": labels.text,
            "w": lambda text: "\n".join(wrap(one_line(text), TEXT_COLUMNS)),
            "brand": self._brand,
            "headline": labels.text(notice.headline),
            "why": notice.why,
            "postal": self._postal,
            "thanks": self._thanks(labels),
        }

    def _html_values(self, notice: NoticeMail, labels: Labels) -> dict[str, object]:
        return {
            **_cleaned(notice.values, lambda text: escaped(one_line(text))),
            "t": _escaping(labels),
            "brand": escaped(self._brand),
        }

    @property
    def _postal(self) -> str:
        return cut(one_line(self._identity.postal_address), 200)

    def _thanks(self, labels: Labels) -> str:
        return labels.text("privacy")

    def _shell(self, labels: Labels) -> Slotted:
        html = compile_notice_shell(self._environment, labels)
        shell = Slotted.parse(_PLACEHOLDER.sub(lambda found: slot(found[1]), html))
        if unknown := shell.missing_from(SHELL_SLOTS):
            raise RenderError(f"{SHELL} has unknown holes: {sorted(unknown)}")
        return shell


def compile_notice_shell(environment: Environment, labels: Labels) -> str:
    """Compile the frame to HTML; nothing from outside goes through MJML."""
    from mjml import mjml2html  # noqa: PLC0415 - 20 ms, and pages that mail nothing go without

    holes = {name: Markup(f"@@{name}@@") for name in SHELL_SLOTS}  # noqa: S704 - our own names
    source = environment.get_template(SHELL).render(lang=labels.tag, dir=labels.dir, s=holes)
    html = mjml2html(source, fonts={}, disable_comments=False)
    if "<mj-" in html:
        raise RenderError(f"{SHELL} has an MJML tag that was not compiled")
    return html


def _urls(notice: NoticeMail) -> dict[str, str]:
    return {
        "preferences_url": notice.preferences_url,
        "unsubscribe_url": notice.unsubscribe_url,
        "archive_url": notice.archive_url,
        "help_url": notice.help_url,
    }


def _cleaned(values: Mapping[str, Value], clean: Callable[[str], str]) -> dict[str, object]:
    def cleaned(value: Value) -> object:
        match value:
            case bool():
                return value
            case str():
                return clean(value)
            case _:
                return [{key: clean(text) for key, text in each.items()} for each in value]

    return {name: cleaned(value) for name, value in values.items()}


def _escaping(labels: Labels) -> Callable[..., Markup]:
    """Return ``t`` for HTML: the label escaped, after its fields were filled in."""

    def text(key: str, **fields: object) -> Markup:
        plain = {name: _plain(value) for name, value in fields.items()}
        return escaped(labels.text(key, **plain))

    return text


def _plain(value: object) -> object:
    return value.unescape() if isinstance(value, Markup) else value
