r"""TeX to Unicode: formulas, macros and accents are resolved, all other text stays as it is.

pylatexenc alone would read an unescaped ``%`` as a comment and delete the rest, ``$5 and $10`` as
a formula, and ``~`` in an address as a blank. Hence it sees only what certainly is TeX.
"""

import re
from functools import lru_cache

from newsletter.tex.clean import remove_control_characters
from newsletter.tex.engine import UnreadableTexError, formula_to_unicode, macro_to_unicode
from newsletter.tex.macros import (
    FUNCTIONS,
    LETTER_ACCENTS,
    LETTERS,
    LINKS,
    TEXT_STYLES,
    TWO_ARGUMENTS,
)

_PERHAPS_TEX = re.compile(r"[\\$~]|``|''|\{[A-Z]|\w---?\w|\s---?\s")
_TOKEN = re.compile(
    r"https?://[^\s{}$\\]+"
    r"|\\begin\{[A-Za-z*]+\}|\\end\{[A-Za-z*]+\}"
    r"|\\\(|\\\[|\$\$?|\\[A-Za-z]+\*?|\\.|\{(?=\\)|\{[A-Z][\w-]+\}|~|``|''|---?"
)
_OPENERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_GROUP = re.compile(r"\s*\{")
_BRACE = re.compile(r"(?<!\\)[{}]")
_LINK_IN_FORMULA = re.compile(r"\s*\\(?:href|url|textcolor)\b")
_SIGN_ACCENTS = frozenset("'`\"^~=.")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?= )")
_WORDY_ARGUMENT = re.compile(r"\\[A-Za-z]+\s*\{[^{}]*\}")
_MAX_FORMULA_CHARS = 1_000
_MAX_DEPTH = 12


def to_unicode(text: str) -> str:
    r"""Resolve the TeX in a title, abstract, comment or name: ``L$^3$`` → ``L³``.

    Paragraphs and white space outside TeX stay as they are; text without TeX is returned as it
    is, apart from control characters. What cannot be resolved stays in the original; a result of
    less than half the length is not trusted and the original is returned.
    """
    clean = remove_control_characters(text)
    if _PERHAPS_TEX.search(clean) is None:
        return clean
    resolved = _resolve(clean, depth=0)
    return resolved if 2 * len(resolved) >= len(clean) else clean


def _resolve(text: str, *, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return text
    parts: list[str] = []
    at = 0
    while (token := _TOKEN.search(text, at)) is not None:
        parts.append(text[at : token.start()])
        written, at = _resolve_token(text, token, depth=depth)
        parts.append(written)
    parts.append(text[at:])
    return "".join(parts)


def _resolve_token(text: str, token: re.Match[str], *, depth: int) -> tuple[str, int]:
    found = token.group()
    if found in _OPENERS:
        return _resolve_formula(text, token)
    if found == "{":
        return _resolve_group(text, token, depth=depth)
    if found.startswith("{"):
        return _without_braces(text, token)
    if found.startswith("\\"):
        return _resolve_macro(text, token, depth=depth)
    return _resolve_sign(text, token), token.end()


def _resolve_formula(text: str, token: re.Match[str]) -> tuple[str, int]:
    opener = token.group()
    closer = _OPENERS[opener]
    start = token.end()
    end = _find_closer(text, closer, start)
    inside = text[start:end] if end >= 0 else ""
    if not inside.strip() or _is_money(inside, text[end + 1 : end + 2], opener):
        return opener, start
    if _LINK_IN_FORMULA.match(inside):
        return _resolve(inside, depth=_MAX_DEPTH), end + len(closer)
    try:
        return formula_to_unicode(inside), end + len(closer)
    except UnreadableTexError:
        return text[token.start() : end + len(closer)], end + len(closer)


def _find_closer(text: str, closer: str, start: int) -> int:
    stop = text.find("\n\n", start)
    limit = min(stop if stop >= 0 else len(text), start + _MAX_FORMULA_CHARS)
    at = text.find(closer, start, limit)
    while at > 0 and closer[0] == "$" and text[at - 1] == "\\":
        at = text.find(closer, at + 1, limit)
    return at


def _is_money(inside: str, following: str, opener: str) -> bool:
    if opener != "$" or not inside.lstrip()[:1].isdigit():
        return False
    if following.isdigit():
        return True
    words = _WORD.findall(_WORDY_ARGUMENT.sub("", inside) + " ")
    return any(word not in FUNCTIONS for word in words)


def _resolve_group(text: str, token: re.Match[str], *, depth: int) -> tuple[str, int]:
    end = _find_brace(text, token.start())
    if end < 0:
        return "{", token.end()
    inside = re.sub(
        r"^\\(?:bf|it|em|tt|rm|sc|sf|bfseries|itshape)\b\s*", "", text[token.end() : end]
    )
    return _resolve(inside, depth=depth + 1), end + 1


def _without_braces(text: str, token: re.Match[str]) -> tuple[str, int]:
    around = text[max(token.start() - 1, 0) : token.start()] + text[token.end() : token.end() + 1]
    if "{" in around or "}" in around:
        return token.group(), token.end()
    return token.group()[1:-1], token.end()


def _resolve_macro(text: str, token: re.Match[str], *, depth: int) -> tuple[str, int]:
    name = token.group()[1:].rstrip("*")
    if name.startswith(("begin{", "end{")):
        return "", token.end()
    if name == "\\":
        return "" if text[: token.start()].endswith(" ") else " ", _skip_blank(text, token.end())
    if name in LINKS:
        return _resolve_link(text, token, depth=depth)
    if name in TEXT_STYLES:
        return _resolve_style(text, token, depth=depth)
    end = _macro_end(text, token, name)
    original = text[token.start() : end]
    try:
        return macro_to_unicode(original), end
    except UnreadableTexError:
        return original, end


def _resolve_style(text: str, token: re.Match[str], *, depth: int) -> tuple[str, int]:
    argument = _GROUP.match(text, token.end())
    end = _find_brace(text, argument.end() - 1) if argument else -1
    if argument is None or end < 0:
        return "", _skip_blank(text, token.end())
    return _resolve(text[argument.end() : end], depth=depth + 1), end + 1


def _resolve_link(text: str, token: re.Match[str], *, depth: int) -> tuple[str, int]:
    name = token.group()[1:].rstrip("*")
    arguments: list[str] = []
    at = token.end()
    while len(arguments) < 1 + (name in TWO_ARGUMENTS) and text[at : at + 1] == "{":
        end = _find_brace(text, at)
        if end < 0:
            break
        arguments.append(text[at + 1 : end].replace(r"\_", "_").replace(r"\%", "%"))
        at = end + 1
    if not arguments:
        return token.group(), token.end()
    last = arguments[-1] if name == "url" else _resolve(arguments[-1], depth=depth + 1)
    match name:
        case "url" | "textcolor":
            return last, at
        case "href":
            return (f"{last} ({arguments[0]})" if len(arguments) > 1 else last), at
        case _:
            return f"[{last}]", at


def _macro_end(text: str, token: re.Match[str], name: str) -> int:
    end = token.end()
    if name in LETTER_ACCENTS or name in _SIGN_ACCENTS:
        return _accent_end(text, end, spaced=name.isalpha())
    if name in LETTERS:
        return _skip_blank(text, end) if text[end : end + 2] != "{}" else end + 2
    while text[end : end + 1] == "{" and (closing := _find_brace(text, end)) >= 0:
        end = closing + 1
    return end


def _accent_end(text: str, at: int, *, spaced: bool) -> int:
    start = _skip_blank(text, at) if spaced else at
    if text[start : start + 1] == "{":
        closing = _find_brace(text, start)
        return closing + 1 if closing >= 0 else at
    if text[start : start + 2] in {"\\i", "\\j"}:
        return start + 2
    return start + 1 if text[start : start + 1].isalpha() else at


def _skip_blank(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at


def _find_brace(text: str, start: int) -> int:
    """Return where the brace opened at ``start`` closes; −1 if it does not."""
    return _braces_of(text).get(start, -1)


@lru_cache(maxsize=_MAX_DEPTH)
def _braces_of(text: str) -> dict[int, int]:
    """Pair all braces in one pass, however many are never closed."""
    pairs: dict[int, int] = {}
    openings: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            openings.append(brace.start())
        elif openings:
            pairs[openings.pop()] = brace.start()
    return pairs


def _resolve_sign(text: str, token: re.Match[str]) -> str:
    found = token.group()
    before = text[token.start() - 1 : token.start()] if token.start() else ""
    after = text[token.end() : token.end() + 1]
    match found:
        case "~":
            is_tie = (before.isalpha() or before in {".", ")"}) and before != ""
            return " " if is_tie and (after.isalnum() or after in {"\\", "$"}) else found
        case "``":
            return "“"
        case "''":
            return "”" if "``" in text[: token.start()] else found
        case "--" | "---":
            within_words = before.isalnum() and after.isalnum()
            between_words = before.isspace() and after.isspace()
            return {2: "–", 3: "—"}[len(found)] if within_words or between_words else found
        case _:
            return found
