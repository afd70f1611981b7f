"""Markdown from outside as HTML for a page: TeX resolved, emphasis right, nothing unsafe."""

import re
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from newsletter.render.markdown_emphasis import scan_emphasis
from newsletter.render.markdown_tables import tidy_tables
from newsletter.render.markdown_tags import tags_as_markdown
from newsletter.render.markdown_tex import resolve_tex
from newsletter.tex.clean import remove_control_characters

MAX_CHARS: Final = 60_000
FIRST_HEADING: Final = 2
_TAGS: Final = frozenset(
    {"p", "br", "hr", "strong", "em", "del", "sub", "sup", "code", "pre", "blockquote", "a"}
    | {"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6"}
)
_ATTRIBUTES: Final = {
    "a": {"href", "title"}, "th": {"align", "scope"}, "td": {"align"}, "ol": {"start"},
}  # fmt: skip
_LONE_STARS: Final = re.compile(r"\*{2,}|(?<!_)_{2}(?!_)")
_BREAKS: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)


def markdown_html(text: str, *, first_heading: int = FIRST_HEADING) -> Markup:
    """Return safe HTML; the highest headings of the text become ``<h{first_heading}>``.

    Raw HTML is shown as text, apart from line breaks, boxes, lists and indices; images become
    their descriptions; links that are not https lose their target.
    """
    bare = tags_as_markdown(remove_control_characters(text[:MAX_CHARS]))
    source = tidy_tables(resolve_tex(bare))
    engine = _engine()
    tokens = engine.parse("\n".join(map(_with_breaks, source.split("\n"))))
    _shift_headings(tokens, first_heading)
    _tidy(tokens)
    html = RendererHTML().render(tokens, engine.options, {})
    return Markup(_clean(html))  # noqa: S704 - cleaned on this line


def _with_breaks(line: str) -> str:
    """Write ``<br>`` as Markdown has it; a row of a table has none."""
    return _BREAKS.sub(" " if "|" in line else "  \n", line)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"https"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )


@cache
def _engine() -> MarkdownIt:
    engine = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    engine.enable("strikethrough")
    engine.inline.ruler.at("emphasis", _tokenize_emphasis)
    return engine


def _tokenize_emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """Do what markdown-it's own rule does, with our idea of what a delimiter run may do."""
    return scan_emphasis(state, silent=silent)


def _shift_headings(tokens: list[Token], first: int) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + first)}"


def _tidy(tokens: list[Token]) -> None:
    """Turn images into their descriptions, and drop emphasis marks that mark nothing."""
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        for place, child in enumerate(token.children or ()):
            if child.type == "image":
                token.children[place] = _text_token(child.content)  # type: ignore[index]  # it has
            elif child.type == "text":
                child.content = _LONE_STARS.sub("", child.content)


def _text_token(text: str) -> Token:
    token = Token("text", "", 0)
    token.content = text
    return token
