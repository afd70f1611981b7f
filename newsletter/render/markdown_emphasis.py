"""Where emphasis begins and ends in Markdown, also beside Chinese, Japanese and Korean.

CommonMark's rule wants a blank or punctuation outside of a delimiter that has punctuation inside:
``效率**（见图）**提升`` stays as it is, since CJK writes no blanks. Here a CJK character counts as
a blank outside, and CJK punctuation as a letter inside.

Source: https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run and the issue
https://github.com/commonmark/commonmark-spec/issues/650
"""

import re
import unicodedata
from typing import Final, NamedTuple

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

_CJK: Final = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u3190-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…—·\U00020000-\U0003ffff]"
)


class Run(NamedTuple):
    """A run of ``*`` or ``_`` and what it may do."""

    length: int
    may_open: bool
    may_close: bool


def scan_emphasis(state: StateInline, *, silent: bool) -> bool:
    """Insert each mark of the run at this place as text, and note it as a delimiter."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    run = scan_run(state.src, state.pos, state.posMax)
    for _ in range(run.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(
            Delimiter(
                marker=ord(marker),
                length=run.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=run.may_open,
                close=run.may_close,
            )
        )
    state.pos += run.length
    return True


def scan_run(text: str, start: int, end: int) -> Run:
    """Return the run that starts at ``start``."""
    marker = text[start]
    stop = start
    while stop < end and text[stop] == marker:
        stop += 1
    before = text[start - 1] if start else " "
    after = text[stop] if stop < end else " "
    left = _flanks(inside=after, outside=before)
    right = _flanks(inside=before, outside=after)
    if marker == "*":
        return Run(stop - start, left, right)
    may_open = left and (not right or _is_punctuation(before))
    may_close = right and (not left or _is_punctuation(after))
    return Run(stop - start, may_open, may_close)


def _flanks(*, inside: str, outside: str) -> bool:
    if inside.isspace():
        return False
    if not _is_punctuation(inside) or _CJK.match(inside):
        return True
    return outside.isspace() or _is_punctuation(outside) or _CJK.match(outside) is not None


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
