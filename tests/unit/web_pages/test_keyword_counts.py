"""A keyword that is met nowhere, or nearly everywhere, is told so."""

import pytest

from newsletter.ranking.library import KeywordCounts
from newsletter.web.keyword_counts import ENOUGH_PAPERS, KeywordVerdict, judge, keyword_lines
from subscribers.interests import Keyword
from tests.factories import DAY

FINE, DEAD, BROAD = KeywordVerdict.FINE, KeywordVerdict.DEAD, KeywordVerdict.TOO_BROAD


@pytest.mark.parametrize(
    ("found", "of", "is_mute", "verdict"),
    [
        (1, 1000, False, FINE),
        (0, 1000, False, DEAD),
        (0, 1000, True, DEAD),
        (200, 1000, False, FINE),
        (201, 1000, False, BROAD),
        (900, 1000, True, FINE),
        (0, ENOUGH_PAPERS - 1, False, FINE),
        (40, ENOUGH_PAPERS - 1, False, FINE),
    ],
)
def test_a_keyword_is_judged(found: int, of: int, is_mute: bool, verdict: KeywordVerdict) -> None:
    assert judge(found, of=of, is_mute=is_mute) is verdict


def test_lines_keep_the_visitor_s_order_and_share_of_papers() -> None:
    counts = KeywordCounts(
        papers=200,
        first_on=DAY,
        found=((Keyword(phrase="b"), 50), (Keyword(phrase="a\nx" * 33, weight=-1.0), 0)),
    )
    first, second = keyword_lines(counts)
    assert (first.phrase, first.papers, first.share, first.verdict) == ("b", 50, 25, BROAD)
    assert second.is_mute
    assert "\n" not in second.phrase
    assert len(second.phrase) <= 60
