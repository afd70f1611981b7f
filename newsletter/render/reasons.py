"""Why a paper stands in a digest, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.model import Reason, ReasonKind
from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.labels import Labels

MAX_TERM_COLUMNS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """One reason in words.

    Attributes:
        style: class of its chip: ``keyword``, ``author``, ``category``, ``muted``.
        before, term, after: our words around the reader's own.
    """

    style: str
    before: str
    term: str
    after: str

    @property
    def plain(self) -> str:
        """Return it as one text."""
        return f"{self.before}{self.term}{self.after}"


_MUTED = ReasonKind.MUTED
_STYLES = {
    ReasonKind.TITLE_KEYWORD: "keyword",
    ReasonKind.KEYWORD: "keyword",
    ReasonKind.MUTED: "muted",
    ReasonKind.AUTHOR: "author",
    ReasonKind.CATEGORY: "category",
}


def reason_text(kind: ReasonKind, term: str, labels: Labels) -> ReasonText:
    """Put one reason into words; the term on one line, shortened when it is long."""
    before, after = labels.text(f"reason_{kind.value}").split("{term}")
    shown = cut(one_line(term), MAX_TERM_COLUMNS)
    return ReasonText(style=_STYLES[kind], before=before, term=shown, after=after)


def shown_reasons(reasons: Sequence[Reason], limit: int) -> tuple[Sequence[Reason], int]:
    """Choose at most ``limit`` reasons, mutes always among them; return also how many are left."""
    if len(reasons) <= limit:
        return reasons, 0
    mutes = [reason for reason in reasons if reason.kind is _MUTED][:limit]
    others = [reason for reason in reasons if reason.kind is not _MUTED]
    return (*others[: limit - len(mutes)], *mutes), len(reasons) - limit
