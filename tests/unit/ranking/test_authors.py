"""A followed author is recognised, and nobody else."""

import pytest

from newsletter.ranking.authors import AuthorIndex
from tests.factories import make_paper


@pytest.mark.parametrize(
    "followed",
    [
        "Ada Example",
        "ada example",
        "Example, Ada",
        "Ada M. Example",
        "Ada Mary Example",
        "Adá Example",
    ],
)
def test_one_person_has_many_spellings(followed: str) -> None:
    index = AuthorIndex([make_paper(authors=("Ada M. Example",))])
    assert index.find(followed) == (0,)


@pytest.mark.parametrize(
    "followed", ["A. Example", "Ada B. Example", "Example", "Ada Examples", " "]
)
def test_others_are_not_taken_for_them(followed: str) -> None:
    index = AuthorIndex([make_paper(authors=("Ada M. Example",))])
    assert index.find(followed) == ()


def test_every_paper_of_an_author_is_found_once() -> None:
    papers = [
        make_paper(1, authors=("Ada Example", "Ada Example")),
        make_paper(2, authors=("Ben Beispiel",)),
        make_paper(3, authors=("Ben Beispiel", "Ada Example")),
    ]
    assert AuthorIndex(papers).find("Ada Example") == (0, 2)


def test_thousands_of_authors_are_no_trouble() -> None:
    names = tuple(f"Given{n} Family{n}" for n in range(3303))
    assert AuthorIndex([make_paper(authors=names)]).find("Given3302 Family3302") == (0,)
