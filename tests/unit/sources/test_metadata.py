"""Acceptance notes and code links come out of comments and abstracts."""

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.sources.metadata import find_acceptance, find_code_url

ACCEPTED = {
    "Accepted at ICLR 2027 (spotlight). Code at https://github.com/a/b": "ICLR 2027 (spotlight)",
    "To appear in Proc. of ICML 2026": "Proc. of ICML 2026",
    "Accepted at NeurIPS 2025. Code available at https://github.com/a/b": "NeurIPS 2025",
    "9 pages, 4 figures, 5 tables, accepted by AAAI 2026": "AAAI 2026",
    "Accepted to The Web Conference (WWW) 2026": "Web Conference (WWW) 2026",
    "Accepted for publication at EACL main conference": "EACL main conference",
    "To appear in the proceedings of AISTATS 2026": "AISTATS 2026",
    "This paper has been accepted by ICCV 2025. code: https://x.example": "ICCV 2025",
    "EACL 2026 Findings accepted. Initial Draft of Camera-ready": "EACL 2026 Findings",
    "COLING 2025 accepted paper (Main)": "COLING 2025",
    "NeurIPS 2025. Project page: https://x.example": "NeurIPS 2025",
    "ICASSP 2026": "ICASSP 2026",
    "Accepted in ICLR'26": "ICLR'26",
    "Accepted to AAAI 2026 (Oral). 9 pages, 5 figures": "AAAI 2026 (Oral)",
    "Accepted to ICASSP 2026 (5 pages, 2 figures, 5 tables)": "ICASSP 2026",
    "Published in the Proceedings of DeepTest 2026": "DeepTest 2026",
    "Accepted for publication by IEEE Computer, 2026": "IEEE Computer, 2026",
}
NOT_ACCEPTED = [
    None,
    "",
    "12 pages, 3 figures",
    "Submitted to ICML 2026",
    "Under review at ICLR 2026",
    "In review for a special issue of Narrative Inquiry",
    "Withdrawn by ICML and prepare for NeurIPS or ICLR 2026",
    "not accepted at NeurIPS 2025",
    "see https://acaworkshop.example/accepted-papers.html",
    "accepted",
]
CODE = {
    "Code: https://github.com/microsoft/ltp-megatron-lm.": (
        "https://github.com/microsoft/ltp-megatron-lm"
    ),
    "(see http://www.github.com/a/b_c).": "https://github.com/a/b_c",
    r"\url{https://github.com/RAIAN08/FG\_OrIU}": "https://github.com/RAIAN08/FG_OrIU",
    "at github.com/a/b, and https://gitlab.com/c/d": "https://github.com/a/b",
    "models: https://huggingface.co/org/model-7b;": "https://huggingface.co/org/model-7b",
    "https://huggingface.co/papers/2501.1 https://codeberg.org/x/y": "https://codeberg.org/x/y",
}


@pytest.mark.parametrize(("comment", "venue"), ACCEPTED.items())
def test_acceptance_is_a_short_note(comment: str, venue: str) -> None:
    assert find_acceptance(comment) == venue


@pytest.mark.parametrize("comment", NOT_ACCEPTED)
def test_what_is_not_accepted_has_no_note(comment: str | None) -> None:
    assert find_acceptance(comment) is None


def test_a_long_venue_is_cut_at_a_word() -> None:
    note = find_acceptance("Accepted at " + "The Very Long Conference Name " * 10)
    assert note is not None
    assert len(note) <= 81
    assert note.endswith("…")


@pytest.mark.parametrize(("text", "url"), CODE.items())
def test_code_links_are_https_without_the_sentence(text: str, url: str) -> None:
    assert find_code_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        None,
        "https://user.github.io/project",
        "https://evilgithub.com/a/b",
        "javascript:github.com",
        "https://github.com/",
        "mail me@github.com",
    ],
)
def test_what_is_no_repository_is_no_code(text: str | None) -> None:
    assert find_code_url(text) is None


def test_the_comment_goes_before_the_abstract() -> None:
    assert find_code_url("github.com/a/a", "github.com/b/b") == "https://github.com/a/a"


@given(st.text(max_size=300))
def test_any_text_gives_clean_notes(text: str) -> None:
    venue = find_acceptance(f"Accepted at {text}")
    assert venue is None or (len(venue) <= 81 and "\n" not in venue)
    url = find_code_url(f"https://github.com/{text}")
    assert url is None or re.fullmatch(r"https://[!-~]+", url)


@pytest.mark.data
def test_recorded_papers_have_as_many_notes_as_measured(shared_data: Path) -> None:
    """13.5 % of comments say "accepted at"; 16 % of abstracts and 6 % of comments name GitHub."""
    with gzip.open(shared_data / "papers/papers_2026-01.jsonl.gz", "rt") as lines:
        papers = [json.loads(line) for line in lines]
    comments = [paper["comment"] for paper in papers if paper["comment"]]
    assert 0.13 < sum(find_acceptance(text) is not None for text in comments) / len(comments) < 0.4
    with_code = [paper for paper in papers if find_code_url(paper["comment"], paper["abstract"])]
    assert 0.05 < len(with_code) / len(papers) < 0.3
