"""Prompts are data: one file a language, versioned by its hash."""

from pathlib import Path

import pytest

from newsletter.errors import ConfigurationError
from newsletter.summaries.prompts import choose_prompt, load_prompts
from newsletter.summaries.schema import ANSWER_SCHEMA

GOOD = """
language = "de"
headings = ["a", "b", "c", "d"]
system = "Du fasst zusammen."
user = "$title $authors $categories <paper>$text</paper>"
complaint = "Noch einmal: $complaint"
"""


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_our_prompts_say_that_the_paper_is_data_and_name_every_field(language: str) -> None:
    prompt = load_prompts()[language]
    assert "<paper>" in prompt.user
    assert "</paper>" in prompt.system
    for field in ANSWER_SCHEMA["properties"]:
        assert f'"{field}"' in prompt.system


def test_the_closest_language_is_chosen() -> None:
    prompts = load_prompts()
    wanted = {"en-GB": "en", "zh-CN": "zh-Hans", "zh-Hans-SG": "zh-Hans", "de": "en", "": "en"}
    assert {tag: choose_prompt(tag, prompts).language for tag in wanted} == wanted


def test_a_folder_adds_languages_and_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "de.toml").write_text(GOOD)
    (tmp_path / "mine.toml").write_text(GOOD.replace('"de"', '"en"'))
    prompts = load_prompts(tmp_path)
    assert choose_prompt("de-AT", prompts).system == "Du fasst zusammen."
    assert prompts["en"].system == "Du fasst zusammen."
    assert prompts["en"].hash != load_prompts()["en"].hash


def test_any_change_makes_another_hash(tmp_path: Path) -> None:
    (tmp_path / "de.toml").write_text(GOOD)
    before = load_prompts(tmp_path)["de"].hash
    (tmp_path / "de.toml").write_text(f"{GOOD}\n# a word more")
    assert load_prompts(tmp_path)["de"].hash != before


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("$text", "text", "no \\$text"), ("$title", "$name", "unknown fields"),
        ('"d"]', "]", "four"), ("language =", "tongue =", "language"), ('"de"', '"de', "prompt"),
        ("$complaint", "costs $5", "starts no name"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_prompt_is_named(
    tmp_path: Path, before: str, after: str, why: str
) -> None:
    (tmp_path / "de.toml").write_text(GOOD.replace(before, after, 1))
    with pytest.raises(ConfigurationError, match=why) as caught:
        load_prompts(tmp_path)
    assert "de.toml" in str(caught.value)


def test_a_folder_without_prompts_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no \.toml file"):
        load_prompts(tmp_path)
