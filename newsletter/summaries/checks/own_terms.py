"""Whether the TL;DR and each point have terms of the paper: error texts and pleasantries have none.

The contrast of a whole answer with the batch does not see one foreign sentence among good ones.
"""

from typing import Final

from newsletter.model import SummaryText
from newsletter.summaries.checks.terms import terms_in
from newsletter.summaries.papertext import PaperText

MIN_TLDR_TERMS: Final = 2
"""What real TL;DRs have is six and more; what is none has one by chance."""
MIN_TLDR_SHARE: Final = 0.15
TELLING: Final = 3
"""A point with fewer terms than this may say something that the paper says in other words."""


def wrong_terms(text: SummaryText, source: PaperText) -> str:
    """Return which part has no term of the paper; empty when each has.

    The TL;DR is held against title and abstract: a whole paper has most words there are.
    """
    said = terms_in(text.tldr)
    shared = len(said & terms_in(f"{source.paper.title}\n{source.paper.abstract}"))
    if shared < MIN_TLDR_TERMS or shared < MIN_TLDR_SHARE * len(said):
        return "the TL;DR has hardly a term of this paper"
    own = terms_in(source.everything)
    for point in text.points:
        terms = terms_in(point)
        if len(terms) >= TELLING and not terms & own:
            return f"a point has no term of this paper ({point[:30]!r})"
    return ""
