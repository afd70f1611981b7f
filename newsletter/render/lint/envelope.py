"""What stands around the two bodies: subject, preheader, addresses, headers."""

import re
from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import unquote

from newsletter.model import Message
from newsletter.render.columns import columns
from newsletter.render.lint.finding import Finding, Rule
from newsletter.render.lint.page import Page

SUBJECT_COLUMNS = (10, 70)
PREHEADER_COLUMNS = (40, 130)
MAX_HEADERS = 15
MAX_HEADER_CHARS = 995

_REQUIRED = (
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
    "List-Help",
    "List-Archive",
    "Archived-At",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Newsletter-Delivery",
)
_URL_HEADERS = ("List-Help", "List-Archive", "Archived-At")
_NAME = re.compile(r"[A-Za-z0-9-]+\Z")
_VALUE = re.compile(r"[\x20-\x7e]+\Z")
_UNSUBSCRIBE = re.compile(r"<(https://[^<>\s]+)>")
_BREAKS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def check_subject(page: Page) -> Iterator[Finding]:
    """Check the two lines that a mailbox shows: subject and preheader."""
    subject = page.message.subject
    width, (low, high) = columns(subject), SUBJECT_COLUMNS
    if not low <= width <= high:
        yield Finding(rule=Rule.SUBJECT, detail=f"{width} columns; {low} to {high}")
    if _BREAKS.search(subject):
        yield Finding(rule=Rule.SUBJECT, detail="the subject has a line break")
    if len(re.findall(r"[A-Za-z]", subject)) > 8 and subject == subject.upper():
        yield Finding(rule=Rule.SUBJECT, detail="the subject is all capitals")
    yield from _check_preheader(page)


def _check_preheader(page: Page) -> Iterator[Finding]:
    if page.preheader is None:
        yield Finding(rule=Rule.PREHEADER, detail="the body does not begin with a hidden preheader")
        return
    text = page.preheader.rstrip("\u00a0\u034f\u200c\u200b\u00ad\ufeff\u2007 ")
    width, (low, high) = columns(text), PREHEADER_COLUMNS
    if not low <= width <= high:
        yield Finding(rule=Rule.PREHEADER, detail=f"{width} columns; {low} to {high}")
    if text.casefold().startswith(page.message.subject.casefold()):
        yield Finding(rule=Rule.PREHEADER, detail="the preheader is the subject again")


def check_addresses(page: Page) -> Iterator[Finding]:
    """Check From, Reply-To and To: one address each, on one line."""
    message = page.message
    for name, value in (
        ("From", message.sender),
        ("Reply-To", message.reply_to),
        ("To", message.recipient),
    ):
        if _BREAKS.search(value) or "@" not in parseaddr(value)[1]:
            yield Finding(rule=Rule.ADDRESSES, detail=f"{name} is not one address on one line")
    if parseaddr(message.recipient)[1] != message.recipient:
        yield Finding(rule=Rule.ADDRESSES, detail="To is not one bare address")


def check_headers(page: Page) -> Iterator[Finding]:
    """Check the further headers: all there, each once, each on one line of printable ASCII."""
    headers = page.message.headers
    names = [name.lower() for name, _ in headers]
    for name in _REQUIRED:
        if names.count(name.lower()) != 1:
            yield Finding(rule=Rule.HEADERS, detail=f"{name} stands there {_times(names, name)}")
    if len(headers) > MAX_HEADERS:
        yield Finding(rule=Rule.HEADERS, detail=f"{len(headers)} headers; at most {MAX_HEADERS}")
    for name, value in headers:
        if not _NAME.match(name) or not _VALUE.match(value):
            yield Finding(rule=Rule.HEADER_FORM, detail=f"{name!a} is not printable ASCII")
        elif len(name) + len(value) + 2 > MAX_HEADER_CHARS:
            yield Finding(rule=Rule.HEADER_FORM, detail=f"{name} is longer than {MAX_HEADER_CHARS}")
    yield from _check_values(page.message)


def _times(names: list[str], name: str) -> str:
    count = names.count(name.lower())
    return f"{count} times" if count else "not at all"


def _check_values(message: Message) -> Iterator[Finding]:
    values = dict(message.headers)
    if values.get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click":
        yield Finding(rule=Rule.ONE_CLICK, detail="List-Unsubscribe-Post is not exactly RFC 8058's")
    if unsubscribe_url(message) is None:
        yield Finding(rule=Rule.ONE_CLICK, detail="List-Unsubscribe has no https address")
    if values.get("Auto-Submitted") != "auto-generated":
        yield Finding(rule=Rule.HEADER_FORM, detail="Auto-Submitted is not auto-generated")
    if values.get("X-Newsletter-Delivery") != message.delivery_id:
        yield Finding(rule=Rule.HEADER_FORM, detail="X-Newsletter-Delivery is another delivery's")
    if "<" not in values.get("List-Id", ""):
        yield Finding(rule=Rule.HEADER_FORM, detail="List-Id has no identifier in angle brackets")
    for name in _URL_HEADERS:
        value = values.get(name, "<https://>")
        if not value.startswith(("<https://", "<mailto:")) or not value.endswith(">"):
            yield Finding(rule=Rule.HEADER_FORM, detail=f"{name} is not one <https://…>")


def unsubscribe_url(message: Message) -> str | None:
    """Return the https address of List-Unsubscribe."""
    value = dict(message.headers).get("List-Unsubscribe", "")
    match = _UNSUBSCRIBE.search(value)
    return match[1] if match else None


def check_unsubscribe(page: Page) -> Iterator[Finding]:
    """Check that a reader finds the way out above the first paper, at the end, and in the text."""
    url = unsubscribe_url(page.message)
    if url is None:
        return
    places = [place for place, link in enumerate(page.links) if link.href == url]
    papers = [place for place, link in enumerate(page.links) if link.paper_id]
    if not places or (papers and places[0] > papers[0]):
        yield Finding(rule=Rule.UNSUBSCRIBE, detail="no unsubscribe link above the first paper")
    if not places or (papers and places[-1] < papers[-1]):
        yield Finding(rule=Rule.UNSUBSCRIBE, detail="no unsubscribe link below the last paper")
    if not {url, f"<{url}>"} & set(page.message.text.split()):
        yield Finding(rule=Rule.UNSUBSCRIBE, detail="no unsubscribe link in the text part")


def check_privacy(page: Page) -> Iterator[Finding]:
    """Check that the reader's address is in no link and no further header."""
    message = page.message
    address = message.recipient.casefold()
    if address in {parseaddr(m)[1].casefold() for m in (message.sender, message.reply_to)}:
        return
    if any(address in unquote(link.href).casefold() for link in page.links):
        yield Finding(rule=Rule.PRIVACY, detail="a link carries the reader's address")
    if any(address in unquote(value).casefold() for _, value in message.headers):
        yield Finding(rule=Rule.PRIVACY, detail="a header carries the reader's address")
