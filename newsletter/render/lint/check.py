"""All rules over one mail."""

from collections.abc import Callable, Iterator

from newsletter.model import Message
from newsletter.render.lint.document import check_document, check_elements
from newsletter.render.lint.envelope import (
    check_addresses,
    check_headers,
    check_privacy,
    check_subject,
    check_unsubscribe,
)
from newsletter.render.lint.finding import Finding
from newsletter.render.lint.leftovers import check_characters, check_leftovers, check_tex
from newsletter.render.lint.links import check_links
from newsletter.render.lint.page import Page, open_page
from newsletter.render.lint.papers import check_papers
from newsletter.render.lint.plain import check_text
from newsletter.render.lint.sheet import check_sheet
from newsletter.render.lint.typography import check_container, check_hidden, check_typography

_CHECKS: tuple[Callable[[Page], Iterator[Finding]], ...] = (
    check_document,
    check_elements,
    check_sheet,
    check_typography,
    check_container,
    check_hidden,
    check_links,
    check_papers,
    check_leftovers,
    check_characters,
    check_tex,
    check_text,
    check_subject,
    check_addresses,
    check_headers,
    check_unsubscribe,
    check_privacy,
)


def lint(message: Message) -> tuple[Finding, ...]:
    """Return every rule that a digest's mail breaks; nothing when it is good to send.

    Each finding is told once, in the order of the checks. The mail may be broken in any way:
    this never raises.
    """
    page = open_page(message)
    return tuple(dict.fromkeys(finding for check in _CHECKS for finding in check(page)))
