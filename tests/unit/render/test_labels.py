"""The words of each language."""

from datetime import date
from string import Formatter

import pytest

from newsletter.errors import RenderError
from newsletter.model import AnnounceType, ReasonKind
from newsletter.render.environment import template_dir
from newsletter.render.labels import Labels, choose_labels, load_labels

LANGUAGES = load_labels(template_dir() / "email" / "labels")
FRIDAY = date(2026, 11, 20)


def fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name}


@pytest.mark.parametrize("labels", LANGUAGES.values(), ids=lambda one: one.tag)
def test_every_language_has_the_keys_and_fields_of_english(labels: Labels) -> None:
    english = LANGUAGES["en"]
    assert {k: fields(v) for k, v in labels.texts.items()} == {
        k: fields(v) for k, v in english.texts.items()
    }
    assert labels.plurals.keys() == english.plurals.keys()
    assert labels.forms.keys() == english.forms.keys()
    wanted = {"other"} | ({"one"} if labels.plural_rule == "one_other" else set())
    assert all(forms.keys() == wanted for forms in labels.plurals.values())
    assert (len(labels.months), len(labels.weekdays)) == (12, 7)


@pytest.mark.parametrize("labels", LANGUAGES.values(), ids=lambda one: one.tag)
def test_every_value_of_the_model_has_a_label(labels: Labels) -> None:
    assert all(f"reason_{kind.value}" in labels.texts for kind in ReasonKind)
    kinds = (kind.value.replace("-", "_") for kind in AnnounceType)
    assert all(f"announce_{kind}" in labels.texts for kind in kinds)


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("zh-Hans", "zh-Hans"),
        ("zh-hans-CN", "zh-Hans"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("de", "en"),
        ("", "en"),
    ],
)  # fmt: skip
def test_the_closest_language_is_chosen(language: str, tag: str) -> None:
    assert choose_labels(language, LANGUAGES).tag == tag


def test_dates_plurals_and_lists_follow_the_language() -> None:
    english, chinese = LANGUAGES["en"], LANGUAGES["zh-Hans"]
    assert (english.day(FRIDAY), english.short_day(FRIDAY)) == ("Fri 20 Nov 2026", "20 Nov")
    assert (chinese.day(FRIDAY), chinese.short_day(FRIDAY)) == ("2026年11月20日 星期五", "11月20日")
    assert english.days(date(2026, 11, 16), FRIDAY) == "16 Nov – Fri 20 Nov 2026"
    assert english.count("picked", 1) == "1 paper picked for you"
    assert english.count("more_on_web", 1234) == "1,234 more on the web"
    assert chinese.count("picked", 1) == "为你选出 1 篇论文"
    assert english.listing(["a", "b", "c"]) == "a, b and c"


def test_an_unknown_label_is_an_error() -> None:
    with pytest.raises(RenderError, match="no_such"):
        LANGUAGES["en"].text("no_such")
