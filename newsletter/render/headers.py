"""The headers that make a bulk mail well-behaved: RFC 2369, 2919, 5064, 8058."""

import re

from newsletter.errors import RenderError
from newsletter.render.identity import MailIdentity, MailLinks

_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LIST_ID = re.compile(r"[A-Za-z0-9._-]{1,255}")
_DELIVERY_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")


def mail_headers(
    identity: MailIdentity, links: MailLinks, *, delivery_id: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers beside From, To and Subject, printable ASCII, in order.

    Raises:
        RenderError: a part would not fit into a header: nothing is quietly changed.
    """
    if _DELIVERY_ID.fullmatch(delivery_id) is None:
        raise RenderError(f"a delivery id is not fit for a header: {delivery_id[:80]!r}")
    return (
        ("List-Unsubscribe", f"<{links.unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Id", list_id(identity)),
        ("List-Help", f"<{links.help}>"),
        ("List-Archive", f"<{links.archive}>"),
        ("Archived-At", f"<{links.view}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Newsletter-Delivery", delivery_id),
    )


def notice_headers(
    identity: MailIdentity, *, unsubscribe: str, archive: str, help_: str, delivery_id: str
) -> tuple[tuple[str, str], ...]:
    """Return the headers of a mail about a subscription; one click only where there is one to end.

    Raises:
        RenderError: a part would not fit into a header.
    """
    if _DELIVERY_ID.fullmatch(delivery_id) is None:
        raise RenderError(f"a delivery id is not fit for a header: {delivery_id[:80]!r}")
    one_click = (
        ("List-Unsubscribe", f"<{unsubscribe}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    return (
        *(one_click if unsubscribe else ()),
        ("List-Id", list_id(identity)),
        ("List-Help", f"<{help_}>"),
        ("List-Archive", f"<{archive}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Newsletter-Delivery", delivery_id),
    )


def list_id(identity: MailIdentity) -> str:
    """Return ``arXiv Digest <digest.papers.example.org>``; without a name that is not ASCII."""
    if _LIST_ID.fullmatch(identity.list_id) is None:
        raise RenderError(f"mail.list_id is not a host-like name: {identity.list_id[:80]!r}")
    name = identity.title.strip()
    if len(name) > 100 or _PHRASE.fullmatch(name) is None:
        return f"<{identity.list_id}>"
    return f"{name} <{identity.list_id}>"
