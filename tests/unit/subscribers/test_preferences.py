"""Choices read from text, and written so that they are read again."""

from dataclasses import fields
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.choices import LISTS, PARSERS
from subscribers.errors import InvalidInterestsError
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.keywords import format_keyword, parse_keyword
from subscribers.listing import join_list, split_list
from subscribers.model import Cadence, Frequency
from subscribers.preferences import Preferences, parse_preferences, written_preferences
from tests.factories import make_subscriber

PHRASES = (
    st.text(min_size=1, max_size=40)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda phrase: phrase and phrase.isprintable())
)
WEIGHTS = st.integers(-1000, 1000).map(lambda number: number / 1000)


def test_every_preference_can_be_read_from_text() -> None:
    assert set(PARSERS) == {field.name for field in fields(Preferences)}
    assert set(PARSERS) >= LISTS


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("sparse attention", Keyword(phrase="sparse attention")),
        ("  sparse \t attention ", Keyword(phrase="sparse attention")),
        ("KV cache:0.5", Keyword(phrase="KV cache", weight=0.5)),
        ("survey: -1", Keyword(phrase="survey", weight=-1.0)),
        ("survey:−.5", Keyword(phrase="survey", weight=-0.5)),
        ("C++: the language", Keyword(phrase="C++: the language")),
        ("ratio 3:1:0.5", Keyword(phrase="ratio 3:1", weight=0.5)),
    ],
)
def test_a_keyword_with_its_weight(text: str, keyword: Keyword) -> None:
    assert parse_keyword(text) == keyword


@pytest.mark.parametrize("text", ["", "  ", ":0.5", "a:2", "a:-1.5", "a\0b", "a\u202eb", "a" * 101])
def test_a_keyword_that_cannot_be_met_is_refused(text: str) -> None:
    with pytest.raises(InvalidInterestsError) as caught:
        parse_keyword(text)
    assert caught.value.field == "keywords"


@given(PHRASES, WEIGHTS)
def test_a_keyword_written_is_the_keyword_read(phrase: str, weight: float) -> None:
    keyword = Keyword(phrase=phrase, weight=weight)
    assert parse_keyword(format_keyword(keyword)) == keyword


@given(st.lists(PHRASES, max_size=6))
def test_a_list_joined_is_the_list_split(entries: list[str]) -> None:
    assert split_list(join_list(entries)) == tuple(entries)


def test_a_list_is_split_at_semicolons_and_bars_only() -> None:
    assert split_list(r" a, b ;; c\;d ; e\\ ;") == ("a, b", "c;d", "e\\")
    assert split_list(r"a|b c; d\|e") == ("a", "b c", "d|e")


def test_all_choices_as_text() -> None:
    read = parse_preferences(
        {
            "categories": ["cs.LG", "stat.ML"],
            "keywords": ["sparse attention", "survey:-1"],
            "exclude": ["blockchain"],
            "authors": ["Doe, Jane"],
            "announce_types": ["new", "replace-cross"],
            "min_score": "0.25",
            "max_papers": "7",
            "frequency": "Weekly",
            "weekday": "Fri",
            "send_at": "6:30",
            "language": "zh-CN",
            "timezone": "Europe/Paris",
        }
    )
    assert read == Preferences(
        categories=("cs.LG", "stat.ML"),
        keywords=(Keyword(phrase="sparse attention"), Keyword(phrase="survey", weight=-1.0)),
        exclude=("blockchain",),
        authors=("Doe, Jane",),
        announce_types=(AnnounceType.NEW, AnnounceType.REPLACE_CROSS),
        min_score=0.25,
        max_papers=7,
        frequency=Frequency.WEEKLY,
        weekday=4,
        send_at=time(6, 30),
        language="zh-CN",
        timezone="Europe/Paris",
    )


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("categories", "cs.XX", "not an arXiv category"),
        ("categories", "cs.lg", "did you mean cs.LG"),
        ("keywords", "a:7", "must lie between"),
        ("exclude", "", "is empty"),
        ("authors", "a\nb\0", "cannot be seen"),
        ("announce_types", "novel", "none of new, cross, replace or replace-cross"),
        ("min_score", "-1", "must be 0 or more"),
        ("min_score", "nan", "must be 0 or more"),
        ("max_papers", "51", "between 1 and 50"),
        ("max_papers", "many", "is no number"),
        ("frequency", "hourly", "none of daily, weekdays or weekly"),
        ("weekday", "t", "no day of the week"),
        ("weekday", "4", "no day of the week"),
        ("send_at", "25:00", "no time of day"),
        ("language", "en_US", "no language tag"),
        ("timezone", "Europe/Pariss", "did you mean Europe/Paris"),
        ("timezone", "../../etc/passwd", "no time zone"),
        ("timezone", "Europe", "no time zone"),
        ("timezone", "", "no time zone"),
        ("mood", "good", "no preference 'mood'"),
    ],
)
def test_a_choice_that_cannot_be_met_names_field_and_fix(field: str, text: str, why: str) -> None:
    with pytest.raises(InvalidInterestsError, match=why) as caught:
        parse_preferences({field: text})
    assert caught.value.field == field


def test_a_list_where_one_value_is_wanted_is_refused() -> None:
    with pytest.raises(InvalidInterestsError, match="one value is wanted"):
        parse_preferences({"language": ["en", "zh"]})


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(InvalidInterestsError, match="at most 200"):
        parse_preferences({"authors": [f"Author {number}" for number in range(201)]})


def test_choices_that_were_not_made_leave_the_record_alone() -> None:
    reader = make_subscriber(cadence=Cadence(frequency=Frequency.WEEKLY, weekday=3))
    assert Preferences().applied_to(reader) == reader
    changed = Preferences(send_at=time(8), exclude=()).applied_to(reader)
    assert changed.cadence == Cadence(frequency=Frequency.WEEKLY, weekday=3, send_at=time(8))
    assert changed.interests == reader.interests


def test_choices_written_are_the_choices_read() -> None:
    interests = Interests(
        categories=("cs.LG", "hep-th"),
        keywords=(Keyword(phrase="a; b", weight=-0.25), Keyword(phrase="c:1")),
        exclude=("d",),
        authors=("Doe, Jane",),
        announce_types=(AnnounceType.REPLACE,),
        min_score=1.5,
        max_papers=50,
    )
    reader = make_subscriber(interests=interests, language="zh", timezone="Asia/Tokyo")
    read = parse_preferences(written_preferences(reader))
    assert read.applied_to(make_subscriber()) == reader
