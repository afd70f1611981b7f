"""Who sends the mails, and the links that every mail carries."""

import re
from dataclasses import dataclass

from newsletter.errors import RenderError

_PLAIN_URL = re.compile(r"[!#-;=?-~]{1,900}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIdentity:
    """The sender of the mails.

    Attributes:
        sender, reply_to: ``Name <address>``.
        postal_address: one line; the law asks for it in every mail.
        list_id: ``digest.papers.example.org``, RFC 2919; without angle brackets.
        site_url: where the newsletter lives on the web.
    """

    title: str = "arXiv Digest"
    sender: str
    reply_to: str
    postal_address: str
    list_id: str
    site_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLinks:
    """The links of one mail: https, printable ASCII, at most 900 characters.

    Attributes:
        unsubscribe: also the target of one-click POSTs (RFC 8058).
        preferences: where the reader changes interests and cadence.
        view: this digest on the web.
        archive: past issues.
        help: how the newsletter works; may be a ``mailto:`` link.
        votes: where the cards' links for voting begin; empty for none.
    """

    unsubscribe: str
    preferences: str
    view: str
    archive: str
    help: str
    votes: str = ""

    def __post_init__(self) -> None:
        if self.votes:
            _check_link("votes", self.votes, schemes=("https://",))
        for name in ("unsubscribe", "preferences", "view", "archive"):
            _check_link(name, getattr(self, name), schemes=("https://",))
        _check_link("help", self.help, schemes=("https://", "mailto:"))


def _check_link(name: str, url: str, *, schemes: tuple[str, ...]) -> None:
    if not url.startswith(schemes) or _PLAIN_URL.fullmatch(url) is None:
        raise RenderError(f"the {name} link of a mail is not a plain https URL: {url[:80]!r}")
