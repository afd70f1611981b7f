"""One spelling for each word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.ranking.plurals import singular
from newsletter.ranking.words import fold_word, must_be_acronym, split_words


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("agents", "agent"),
        ("queries", "query"),
        ("classes", "class"),
        ("approaches", "approach"),
        ("caches", "cache"),
        ("databases", "database"),
        ("matrices", "matrix"),
        ("biases", "bias"),
        ("corpora", "corpus"),
        ("ties", "tie"),
    ],
)
def test_plurals_are_folded(plural: str, one: str) -> None:
    assert singular(plural) == singular(one) == one


@pytest.mark.parametrize(
    "word", ["bus", "gas", "gps", "analysis", "loss", "bias", "focus", "series", "agentic", "is"]
)
def test_words_that_only_look_like_plurals_stay(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("long-context", ["long", "context"]),
        ("long\N{NON-BREAKING HYPHEN}context", ["long", "context"]),
        ("The LLM's cache, the models' size", ["The", "LLM", "cache", "the", "models", "size"]),
        ("\\textbf{deep} $k$-NN at 10\\%", ["deep", "k", "NN", "at", "10"]),
        ("Poincaré Poincar\\'e", ["Poincare", "Poincare"]),
        ("snake_case", ["snake", "case"]),
        ("C++ and C#", ["Cplusplus", "and", "Csharp"]),
        ("基于LLM的", ["基", "于", "LLM", "的"]),
        ("한국어", ["한", "국", "어"]),
        ("ﬁne\N{SUPERSCRIPT THREE}", ["fine3"]),
        ("", []),
        ("… $ { } —", []),
    ],
)
def test_text_is_cut_into_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize("token", ["LLM", "LLMs", "MoE", "FP8", "GANs", "GPS"])
def test_two_capitals_make_an_acronym(token: str) -> None:
    assert fold_word(token).is_acronym


@pytest.mark.parametrize("token", ["world", "World", "rl", "I", "3D"])
def test_other_words_are_no_acronyms(token: str) -> None:
    assert not fold_word(token).is_acronym


def test_the_plural_of_an_acronym_is_folded_and_its_own_s_is_not() -> None:
    assert fold_word("LLMs").folded == fold_word("LLM").folded == fold_word("llms").folded == "llm"
    assert fold_word("GPS").folded == "gps"
    assert fold_word("GPs").folded == "gp"


@pytest.mark.parametrize(
    ("keyword", "insists"),
    [("RL", True), ("LLMs", True), ("FP8", True), ("MoE", False), ("ATTENTION", False)],
)
def test_only_short_words_in_capitals_insist_on_capitals(keyword: str, insists: bool) -> None:
    assert must_be_acronym(keyword) is insists


@given(st.text())
def test_any_text_can_be_cut_and_folded(text: str) -> None:
    for token in split_words(text):
        assert fold_word(token).folded
