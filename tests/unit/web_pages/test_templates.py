"""The templates of the web: escaped, and every word there in every language."""

import string
import tomllib
from pathlib import Path

import pytest

from newsletter.render.environment import make_environment, template_dir
from newsletter.web.templates import load_web_labels
from tests import template_rules as rules

FOLDER = template_dir()
ENVIRONMENT = make_environment(FOLDER)
NAMES = tuple(name for name in rules.template_names(FOLDER) if name.startswith("web/"))
LABELS = load_web_labels(FOLDER)
PACKAGE = Path(__file__).resolve().parents[3] / "newsletter"


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def own_labels(tag: str) -> dict[str, str]:
    """The words of the public pages in one language; of plurals, the form for many."""
    path = FOLDER / "web" / "labels" / f"pages.{tag}.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    plurals = {key: forms["other"] for key, forms in data["plurals"].items()}
    assert not set(plurals) & set(data["labels"])
    return {**data["labels"], **plurals}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_read_and_is_escaped(name: str) -> None:
    assert [*rules.wrong_name(name, ENVIRONMENT)] == []
    assert [*rules.wrong_syntax(name, read(name), ENVIRONMENT)] == []
    assert [*rules.unescaped_text(read(name), ENVIRONMENT)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_no_style_or_script_of_its_own(name: str) -> None:
    text = read(name)
    assert [bad for bad in ("<style", " style=", " onclick", "<script>", "//") if bad in text] == []


@pytest.mark.parametrize("tag", LABELS)
def test_every_label_that_is_used_exists(tag: str) -> None:
    used = {key for name in NAMES for key in rules.used_labels(read(name), ENVIRONMENT)}
    assert used - set(LABELS[tag].texts) == set()


def test_languages_have_the_same_labels_with_the_same_fields() -> None:
    english = own_labels("en")
    for tag in LABELS:
        other = own_labels(tag)
        assert set(other) == set(english)
        assert [key for key in english if fields(other[key]) != fields(english[key])] == []


def test_every_label_is_used() -> None:
    sources = [read(name) for name in NAMES]
    sources += [path.read_text(encoding="utf-8") for path in (PACKAGE / "web").glob("*.py")]
    text = "\n".join(sources)
    unused = [key for key in own_labels("en") if f"'{key}'" not in text and f'"{key}"' not in text]
    assert unused == []


def test_rooms_share_no_label() -> None:
    seen: dict[str, str] = {}
    for path in sorted((FOLDER / "web" / "labels").glob("*.en.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for key in (*data.get("labels", {}), *data.get("plurals", {})):
            assert key not in seen, f"{key} stands in {seen.get(key)} and {path.name}"
            seen[key] = path.name
