"""The lines that are read before a mail is opened."""

import unicodedata
from datetime import date

from hypothesis import given

from newsletter.model import Digest
from newsletter.render.columns import columns
from newsletter.render.environment import template_dir
from newsletter.render.labels import choose_labels, load_labels
from newsletter.render.subject import preheader, subject
from newsletter.render.views import paper_view
from newsletter.render.words import digest_words
from tests.factories import make_issue, make_paper
from tests.unit.render.mails import digests, make_digest, make_papers

LANGUAGES = load_labels(template_dir() / "email" / "labels")
BRAND = "arXiv Digest"
CONTROLS = {"Cc", "Cs", "Zl", "Zp"}


def subject_of(*titles: str, language: str = "en") -> str:
    return subject(
        make_digest(make_papers(len(titles)), language=language),
        LANGUAGES[language],
        titles=titles,
        brand=BRAND,
    )


def test_the_news_stands_first_then_how_many_more_and_the_day() -> None:
    assert (
        subject_of("Sparse attention on CPUs", "b") == "Sparse attention on CPUs + 1 more · 20 Nov"
    )
    assert subject_of("Sparse attention on CPUs") == "Sparse attention on CPUs · 20 Nov"


def test_a_long_title_is_cut_at_its_colon_or_at_a_word() -> None:
    long = "a very long explanation of everything that the authors have thought of"
    assert subject_of(f"FlashAttention for CPUs: {long}") == "FlashAttention for CPUs · 20 Nov"
    assert subject_of(f"Fast: {long}") == (
        "Fast: a very long explanation of everything that the authors… · 20 Nov"
    )


def test_a_shouting_title_is_calmed_and_an_acronym_is_not() -> None:
    assert subject_of("ATTENTION IS ALL YOU NEED") == "Attention Is All You Need · 20 Nov"
    assert subject_of("BERT-XL") == "BERT-XL · 20 Nov"


def test_a_very_short_title_is_led_by_the_name() -> None:
    early = make_digest(make_papers(1), issue=make_issue(last_on=date(2026, 11, 2)))
    line = subject(early, LANGUAGES["en"], titles=["0"], brand=BRAND)
    assert line == "arXiv Digest: 0 · 2 Nov"


def test_a_right_to_left_title_is_isolated() -> None:
    assert subject_of("שלום עולם גדול") == "\u2068שלום עולם גדול\u2069 · 20 Nov"


def test_a_quiet_day_says_so() -> None:
    assert subject_of() == "arXiv Digest: a quiet day · 20 Nov"


@given(digests())
def test_subject_and_preheader_keep_their_widths(digest: Digest) -> None:
    labels = choose_labels(digest.subscriber.language, LANGUAGES)
    titles = [paper_view(entry.paper, labels).title for entry in digest.entries]
    words = digest_words(digest, labels, titles=titles, brand=BRAND)
    assert 10 <= columns(words.subject) <= 70
    assert 40 <= columns(words.preheader) <= 130
    assert words.preheader != words.subject
    assert not [char for char in words.subject if unicodedata.category(char) in CONTROLS]


def test_the_preheader_names_the_next_papers_and_the_numbers() -> None:
    digest = make_digest(make_papers(3), matched=41)
    line = preheader(digest, LANGUAGES["en"], titles=["First", "Second", "Third"])
    assert line == ("Also: Second · Third – 41 of 512 new papers on arXiv matched your interests.")


def test_the_smallest_numbers_still_fill_a_preheader() -> None:
    for labels in LANGUAGES.values():
        for papers in ([], [make_paper()]):
            digest = make_digest(papers, issue=make_issue(announced=1), matched=1)
            titles = [paper.title for paper in papers]
            assert columns(preheader(digest, labels, titles=titles)) >= 40
