"""Ids out of whatever somebody pastes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.seed_papers import read_seed_papers

BIBTEX = """
% my papers
@article{vaswani2017,
  title = {Attention Is All You Need},
  eprint = {1706.03762}, archivePrefix = {arXiv},
}
@misc{old, journal = "arXiv preprint arXiv:hep-th/9901001v3"}
@comment{ignored 2101.00001}
@inproceedings{elsewhere, title={No preprint, sadly}, year={2020}}
"""


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("2411.01234", ("2411.01234",)),
        ("arXiv:2411.01234v2 [cs.LG]", ("2411.01234",)),
        ("https://arxiv.org/abs/2411.01234", ("2411.01234",)),
        ("http://www.arxiv.org/pdf/2411.01234v10.pdf", ("2411.01234",)),
        ("https://export.arxiv.org/abs/math.GT/0309136", ("math/0309136",)),
        ("0704.0001, 0704.0002 0704.0001", ("0704.0001", "0704.0002")),
        ("(see 2411.01234.)", ("2411.01234",)),
        ("Ada et al. 2024\n\t\n2411.01234", ("2411.01234",)),
    ],
)
def test_ids_are_found_in_every_spelling(text: str, ids: tuple[str, ...]) -> None:
    assert read_seed_papers(text).ids == ids


@pytest.mark.parametrize(
    "text",
    ["2499.01234", "12411.01234", "2411.012345", "10.1000/2411.01234", "3.14159"],
)
def test_what_only_looks_like_an_id_is_told(text: str) -> None:
    found = read_seed_papers(text)
    assert (found.ids, found.unread) == ((), (text,))


def test_bibtex_is_read_entry_by_entry() -> None:
    found = read_seed_papers(BIBTEX.replace("% my papers\n", ""))
    assert found.ids == ("1706.03762", "hep-th/9901001", "2101.00001")
    assert [entry[:24] for entry in found.unread] == ["@inproceedings{elsewhere"]


def test_lines_before_bibtex_count_too() -> None:
    assert read_seed_papers("2411.01234\n@misc{k, eprint={0704.0001}}").ids == (
        "2411.01234",
        "0704.0001",
    )


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    found = read_seed_papers(text)
    assert len(found.ids) == len(set(found.ids))
