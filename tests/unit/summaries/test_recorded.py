"""What the checks make of answers that models really gave."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from newsletter.model import SummaryText
from newsletter.summaries.checks.contrast import Contrast, wrong_paper
from newsletter.summaries.checks.judge import what_is_wrong
from tests.unit.summaries.recorded import FAILURE, Recorded, recorded
from tests.unit.summaries.values import source_of

pytestmark = pytest.mark.data

SWAPS = 200
ESCAPED = "\\u"


def within_limits(text: SummaryText) -> SummaryText:
    """Their collector had no limit of length; ours is not what is tested here."""
    return replace(text, tldr=text.tldr[:400])


def is_good(one: Recorded) -> bool:
    """Two were recorded as escapes that nobody read, two mix languages: neither is good."""
    texts = [str(value) for value in one.parts.values()]
    is_mixed = one.language == "en" and any("\u4e00" <= char <= "\u9fff" for char in "".join(texts))
    return one.why != FAILURE and ESCAPED not in texts[0] and not is_mixed


def judged(one: Recorded, contrast: Contrast) -> str:
    return what_is_wrong(
        within_limits(one.text), source_of(one.paper), language=one.language, contrast=contrast
    )


def test_every_recorded_failure_is_refused(shared_data: Path) -> None:
    rows, others = recorded(shared_data)
    contrast = Contrast([*(row.paper for row in rows), *others])
    failures = [row for row in rows if row.why == FAILURE]
    assert len(failures) == 60
    assert [row.paper.id for row in failures if not judged(row, contrast)] == []


def test_english_is_refused_where_chinese_was_asked_for(shared_data: Path) -> None:
    rows, others = recorded(shared_data)
    contrast = Contrast([*(row.paper for row in rows), *others])
    wrong = [row for row in rows if row.why == "wrong language"]
    assert len(wrong) == 18
    for row in wrong:
        assert what_is_wrong(
            within_limits(row.text),
            source_of(row.paper),
            language="zh-Hans",
            contrast=contrast,
        )


def test_nearly_every_good_answer_is_kept(shared_data: Path) -> None:
    rows, others = recorded(shared_data)
    good = [row for row in rows if is_good(row)]
    for size in (0, len(others)):
        contrast = Contrast([*(row.paper for row in rows), *others[:size]])
        refused = [(row.paper.id, why) for row in good if (why := judged(row, contrast))]
        assert len(good) >= 40
        assert len(refused) <= 0.05 * len(good), refused


def test_nearly_every_swapped_answer_is_caught(shared_data: Path) -> None:
    rows, others = recorded(shared_data)
    good = [row for row in rows if is_good(row)]
    contrast = Contrast([*(row.paper for row in rows), *others])
    chance = random.Random(20_261_120)
    caught = 0
    for _ in range(SWAPS):
        one = chance.choice(good)
        other = chance.choice([row for row in good if row.why == one.why and row is not one])
        said = " ".join([other.text.tldr, *other.text.points])
        caught += bool(wrong_paper(contrast.judge(said, one.paper)))
    assert caught >= 0.98 * SWAPS
