"""What a visitor types is read leniently: what is wrong is told, the rest counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.web.preview_wishes import FIELDS, read_wishes
from subscribers.interests import MAX_KEYWORDS, Interests, Keyword

HOUSE = Interests(categories=("cs.AI",), keywords=(Keyword(phrase="house"),), max_papers=7)


def test_every_field_is_read() -> None:
    wishes = read_wishes(
        [
            ("keywords", "sparse attention\r\nbenchmark:-0.5; RAG"),
            ("categories", "cs.LG"),
            ("categories", "cs.CL"),
            ("authors", "Ada Example\nExample, Ben"),
            ("exclude", "survey"),
            ("max_papers", "3"),
        ],
        template=HOUSE,
    )
    assert wishes.interests == Interests(
        keywords=(
            Keyword(phrase="sparse attention"),
            Keyword(phrase="benchmark", weight=-0.5),
            Keyword(phrase="RAG"),
        ),
        categories=("cs.LG", "cs.CL"),
        authors=("Ada Example", "Example, Ben"),
        exclude=("survey",),
        max_papers=3,
    )
    assert wishes.errors == {}


def test_what_is_wrong_is_told_and_the_rest_counts() -> None:
    wishes = read_wishes(
        [("keywords", "good\nbad:7\n"), ("categories", "cs.LG cs.ZZ")], template=HOUSE
    )
    assert wishes.interests.keywords == (Keyword(phrase="good"),)
    assert wishes.interests.categories == ("cs.LG",)
    assert set(wishes.errors) == {"keywords", "categories"}
    assert "cs.ZZ" in wishes.errors["categories"]
    assert wishes.typed["keywords"] == "good\nbad:7\n"


def test_an_empty_form_wishes_for_nothing_of_the_house_s() -> None:
    wishes = read_wishes([("keywords", " \n "), ("exclude", "survey")], template=HOUSE)
    assert wishes.is_empty
    assert wishes.interests.keywords == ()
    assert wishes.interests.max_papers == 7


def test_too_many_keywords_are_an_error_and_not_a_crash() -> None:
    many = "\n".join(f"word{n}" for n in range(10_000))
    wishes = read_wishes([("keywords", many)], template=HOUSE)
    assert str(MAX_KEYWORDS) in wishes.errors["keywords"]
    assert wishes.interests.keywords == ()


@pytest.mark.parametrize("text", ["0", "51", "many", "-1", "1e9", "⅕"])
def test_a_wrong_number_of_papers_is_told(text: str) -> None:
    wishes = read_wishes([("keywords", "x"), ("max_papers", text)], template=HOUSE)
    assert set(wishes.errors) == {"max_papers"}
    assert wishes.interests.max_papers == 7


@given(
    st.lists(st.tuples(st.sampled_from((*FIELDS, "other", "")), st.text(max_size=80)), max_size=12)
)
def test_any_form_can_be_read(fields: list[tuple[str, str]]) -> None:
    wishes = read_wishes(fields, template=HOUSE)
    assert set(wishes.errors) <= set(FIELDS)
    assert set(wishes.typed) == set(FIELDS)
