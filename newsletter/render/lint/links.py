"""Where links lead, and whether their text says so."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.render.lint.finding import Finding, Rule, quote
from newsletter.render.lint.page import Link, Page

MAX_LINKS = 120

_VAGUE = frozenset(
    {"here", "click", "click here", "click this", "link", "this link", "this", "more", "go"}
    | {"点击", "点击这里", "点此", "这里", "链接", "此处", "更多"}
)


def check_links(page: Page) -> Iterator[Finding]:
    """Check every link of the HTML. Details never hold a path: it may carry a token."""
    if len(page.links) > MAX_LINKS:
        yield Finding(rule=Rule.LINK_COUNT, detail=f"{len(page.links)} links; at most {MAX_LINKS}")
    for link in page.links:
        if not _is_good_target(link.href):
            yield Finding(
                rule=Rule.LINK_TARGET,
                detail=f"{quote(link.text)} leads neither to https nor a mail",
            )
        if why := _what_is_wrong_with_text(link):
            yield Finding(rule=Rule.LINK_TEXT, detail=why)


def _is_good_target(href: str) -> bool:
    if " " in href or not href.isprintable():
        return False
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname) and parts.username is None
    return parts.scheme == "mailto" and "@" in parts.path


def _what_is_wrong_with_text(link: Link) -> str | None:
    said = link.text.strip(" .,:;!→›»>[]()。：").casefold()
    if link.paper_id is not None:
        return None if link.text.strip() else "a link to a paper has no text"
    if not said:
        return "a link has no text"
    if said in _VAGUE:
        return f"the link text {quote(link.text)} does not say where it leads"
    if said.startswith(("https://", "http://")) and _host(said) != _host(link.href):
        return f"the link text {quote(link.text)} names another host than its target"
    return None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
