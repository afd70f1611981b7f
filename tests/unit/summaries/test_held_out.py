"""What the checks make of answers that they were not made for."""

from pathlib import Path

import pytest

from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.checks.own_terms import wrong_terms
from newsletter.summaries.papertext import PaperText
from tests.unit.summaries.held_out import (
    batch,
    failures,
    nearest,
    reworded,
    with_a_wrong_number,
    written,
)
from tests.unit.summaries.values import make_text, make_topic_paper

pytestmark = pytest.mark.data

SOME = 120


@pytest.fixture(scope="module")
def contrast(shared_data: Path) -> Contrast:
    """As many papers as a day has."""
    return Contrast(batch(shared_data))


def test_summaries_in_our_own_words_are_kept(shared_data: Path, contrast: Contrast) -> None:
    good = written(shared_data)
    assert len(good) == 18
    assert [each.fault(contrast) for each in good if each.fault(contrast)] == []


def test_each_of_them_is_refused_for_every_other_paper(
    shared_data: Path, contrast: Contrast
) -> None:
    good = written(shared_data)
    for each in good:
        for other in good:
            if other.paper != each.paper:
                assert each.fault(contrast, paper=other.paper), (each.paper.id, other.paper.id)


def test_what_is_no_summary_is_refused(shared_data: Path, contrast: Contrast) -> None:
    bad = list(failures(written(shared_data)))
    assert len(bad) == 48
    assert [each.text.tldr for each in bad if not each.fault(contrast)] == []


def test_abstracts_in_other_words_are_kept(shared_data: Path, contrast: Contrast) -> None:
    said = list(reworded(batch(shared_data)))[:SOME]
    refused = [fault for each in said if (fault := each.fault(contrast))]
    assert len(refused) <= 0.05 * SOME, refused


def test_they_are_refused_for_the_paper_that_is_most_alike(
    shared_data: Path, contrast: Contrast
) -> None:
    papers = batch(shared_data)
    said = list(reworded(papers))[:SOME]
    caught = sum(bool(each.fault(contrast, paper=nearest(each.paper, papers))) for each in said)
    assert caught >= 0.98 * SOME


def test_a_number_that_is_not_the_papers_is_refused(shared_data: Path, contrast: Contrast) -> None:
    wrong = list(with_a_wrong_number(batch(shared_data)))
    assert len(wrong) >= 50
    assert sum(bool(each.fault(contrast)) for each in wrong) >= 0.98 * len(wrong)


def test_one_foreign_point_among_good_ones_is_seen() -> None:
    paper = make_topic_paper(0)
    source = PaperText(paper=paper, text=paper.abstract)
    assert wrong_terms(make_text(0), source) == ""
    foreign = make_text(0, method=("Sourdough rises overnight beside a kitchen window.",))
    assert "a point has no term" in wrong_terms(foreign, source)
    assert "the TL;DR" in wrong_terms(make_text(0, tldr="Sourdough rises overnight."), source)
