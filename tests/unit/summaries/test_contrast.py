"""A summary speaks of its own paper more than of any other."""

from newsletter.summaries.checks.contrast import Contrast, Verdict, wrong_paper
from newsletter.summaries.checks.terms import fold, terms_in
from tests.unit.summaries.values import TOPICS, make_text, make_topic_paper

PAPERS = [make_topic_paper(number) for number in range(len(TOPICS))]


def said(number: int) -> str:
    text = make_text(number)
    return " ".join([text.tldr, *text.points, *text.key_terms])


def test_every_summary_fits_its_own_paper_and_no_other() -> None:
    contrast = Contrast(PAPERS)
    for own, paper in enumerate(PAPERS):
        for number in range(len(TOPICS)):
            verdict = contrast.judge(said(number), paper)
            assert bool(wrong_paper(verdict)) == (number != own), (number, own, verdict)


def test_a_rival_is_named() -> None:
    verdict = Contrast(PAPERS).judge(said(1), PAPERS[0])
    assert verdict.rival == PAPERS[1].id
    assert PAPERS[1].id in wrong_paper(verdict)


def test_a_chinese_summary_is_told_by_its_terms_and_the_glossary() -> None:
    contrast = Contrast(PAPERS)
    text = "提出了一种联邦学习的扩散模型训练方法，在图像数据上优于基线。"
    assert wrong_paper(contrast.judge(text, PAPERS[1])) == ""
    assert wrong_paper(contrast.judge(text, PAPERS[2]))


def test_alone_in_its_batch_a_summary_must_still_speak_of_the_paper() -> None:
    contrast = Contrast(PAPERS[:1])
    assert wrong_paper(contrast.judge(said(0), PAPERS[0])) == ""
    assert wrong_paper(contrast.judge("Bananas ripen faster in brown paper bags.", PAPERS[0]))
    assert contrast.judge("", PAPERS[0]) == Verdict(own=0.0, other=0.0, rival=None)


def test_what_was_read_beside_the_abstract_counts_for_the_paper() -> None:
    contrast = Contrast(PAPERS[:1])
    text = "Zebrafish larvae swim along the chamber walls."
    assert wrong_paper(contrast.judge(text, PAPERS[0]))
    assert wrong_paper(contrast.judge(text, PAPERS[0], more=text)) == ""


def test_terms_are_folded() -> None:
    assert fold("Transformers") == fold("transformer")
    assert fold("studies") == fold("study")
    assert fold("scaling") == fold("scale")
    assert "the" not in terms_in("The attention of the models")
    assert terms_in("强化学习") >= {"rl", fold("reinforcement")}
