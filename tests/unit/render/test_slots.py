"""Texts with holes, and the memory of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.cache import LruCache, Memo
from newsletter.render.slots import Slotted, extra_bytes, slot


def test_holes_are_filled_in_place_and_by_name() -> None:
    text = Slotted.parse(f"a{slot('x')}b{slot('y')}c{slot('x')}")
    assert text.fill({"x": "1", "y": "2"}) == "a1b2c1"
    assert text.bind({"x": "1"}).fill({"y": "2"}) == "a1b2c1"
    assert text.missing_from(["x"]) == {"y"}


def test_a_hole_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Slotted.parse(slot("x")).fill({})


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_size_is_known_without_encoding(text: str) -> None:
    assert len(text) + extra_bytes(text) == len(text.encode())


def test_the_memory_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    def value(key: str) -> str:
        return cache.get_or_make(key, lambda: make(key))

    cache: LruCache[str, str] = LruCache(2)
    assert [value(key) for key in "abacab"] == list("ABACAB")
    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2


def test_a_memo_makes_once_and_forgets_what_was_made_first() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    memo = Memo(make, size=2)
    assert [memo[key] for key in "abacab"] == list("ABACAB")
    assert made == list("abcab")
    assert len(memo) == 2
