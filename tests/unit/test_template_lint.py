"""The lint of the templates: what they must keep to, and that each rule can fail."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from markupsafe import Markup

from newsletter.render.environment import make_environment, template_dir
from newsletter.render.labels import Labels, load_labels
from newsletter.render.shell import SLOTS, TEMPLATE, compile_mjml
from tests import template_rules as rules

FOLDER = template_dir()
ENVIRONMENT = make_environment(FOLDER)
NAMES = tuple(name for name in rules.template_names(FOLDER) if not name.startswith("web/"))
LABELS = load_labels(FOLDER / "email" / "labels")
PACKAGE = Path(__file__).resolve().parents[2] / "newsletter"

DOCUMENTED: dict[str, set[str]] = {
    "email/_card_compact.html.j2": {"s", "t", "v"},
    "email/_card_parts.html.j2": set(),
    "email/_card_rich.html.j2": {"s", "t", "v"},
    "email/_chip.html.j2": {"r"},
    "email/_paper.txt.j2": {"after", "lines", "meta", "s", "t", "v"},
    "email/_rows.html.j2": set(),
    "email/_style.css.j2": set(),
    "email/digest/_footer.html.j2": {"s", "t"},
    "email/digest/_head.html.j2": {"s", "serif", "t"},
    "email/digest/body.mjml.j2": {"dir", "lang", "s", "t"},
    "email/digest/body.txt.j2": {"s", "t"},
    "email/_notice.mjml.j2": {"dir", "lang", "s"},
    "email/_notice.txt.j2": {
        "archive_url",
        "brand",
        "headline",
        "help_url",
        "postal",
        "preferences_url",
        "t",
        "thanks",
        "unsubscribe_url",
        "w",
        "why",
    },
    "email/_notice_rows.html.j2": set(),
    "email/_votes.html.j2": set(),
    "email/address_change/body.html.j2": {"address", "brand", "is_new", "t", "url"},
    "email/address_change/body.txt.j2": {"address", "brand", "is_new", "t", "url", "w"},
    "email/address_change/subject.txt.j2": {"brand", "t"},
    "email/confirm/body.html.j2": {"brand", "t", "url"},
    "email/confirm/body.txt.j2": {"brand", "t", "url", "w"},
    "email/confirm/subject.txt.j2": {"brand", "t"},
    "email/data/body.html.j2": {"brand", "is_erase", "t", "url"},
    "email/data/body.txt.j2": {"brand", "is_erase", "t", "url", "w"},
    "email/data/subject.txt.j2": {"brand", "is_erase", "t"},
    "email/goodbye/body.html.j2": {"brand", "t", "url"},
    "email/goodbye/body.txt.j2": {"brand", "t", "url", "w"},
    "email/goodbye/subject.txt.j2": {"brand", "t"},
    "email/renewal/body.html.j2": {"brand", "t", "url"},
    "email/renewal/body.txt.j2": {"brand", "t", "url", "w"},
    "email/renewal/subject.txt.j2": {"brand", "t"},
    "email/welcome/body.html.j2": {"date", "interests", "papers", "t", "url", "when"},
    "email/welcome/body.txt.j2": {"date", "interests", "papers", "t", "url", "w", "when"},
    "email/welcome/subject.txt.j2": {"brand", "t"},
    "preview/index.html.j2": {"issue_ids", "made_at", "readers", "rows", "skipped"},
}
"""Template → the names it is given; a new template is entered here."""


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_every_template_is_documented_here() -> None:
    assert set(NAMES) == set(DOCUMENTED)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_can_be_read_and_is_escaped_by_its_name(name: str) -> None:
    assert [*rules.wrong_name(name, ENVIRONMENT)] == []
    assert [*rules.wrong_syntax(name, read(name), ENVIRONMENT)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_uses_what_it_is_given(name: str) -> None:
    documented = frozenset(DOCUMENTED.get(name, ()))
    found = rules.undocumented_names(read(name), ENVIRONMENT, documented=documented)
    assert [*found] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_template_takes_the_escaping_away(name: str) -> None:
    assert [*rules.unescaped_text(read(name), ENVIRONMENT)] == []


def test_every_template_is_used() -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    included = {n for name in NAMES for n in rules.referenced_templates(read(name), ENVIRONMENT)}
    unused = [n for n in NAMES if n not in included and Path(n).name not in python]
    assert unused == []
    assert included <= set(NAMES)


def holes() -> dict[str, Markup]:
    return {name: Markup(f"@@{name}@@") for name in SLOTS}  # noqa: S704 - names of ours


def mjml_source(labels: Labels) -> str:
    """What the MJML engine is given in one language."""
    template = ENVIRONMENT.get_template(TEMPLATE)
    return template.render(t=labels.text, lang=labels.tag, dir=labels.dir, s=holes())


@pytest.mark.parametrize("tag", LABELS)
def test_the_mjml_avoids_the_traps_of_its_engine(tag: str) -> None:
    assert [*rules.wrong_mjml(mjml_source(LABELS[tag]))] == []


@pytest.mark.parametrize("tag", LABELS)
def test_the_mjml_compiles_and_keeps_every_hole(tag: str) -> None:
    html = compile_mjml(ENVIRONMENT, LABELS[tag], holes())
    assert "<mj-" not in html
    assert [name for name in SLOTS if f"@@{name}@@" not in html] == []


def code_labels() -> frozenset[str]:
    """The labels that Python asks for, and the beginnings of those it puts together."""
    folders = (PACKAGE / "render", PACKAGE / "people")
    paths = (path for folder in folders for path in folder.rglob("*.py"))
    sources = (path.read_text(encoding="utf-8") for path in paths)
    return frozenset(key for source in sources for key in labels_in(source))


def labels_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield f"{node.values[0].value!s}*"


def template_labels() -> frozenset[str]:
    return frozenset(key for name in NAMES for key in rules.used_labels(read(name), ENVIRONMENT))


def all_texts(labels: Labels) -> dict[str, str]:
    plurals = {f"{key}.other": forms["other"] for key, forms in labels.plurals.items()}
    return {**labels.texts, **plurals}


@pytest.mark.parametrize("tag", LABELS)
def test_every_label_that_is_used_exists(tag: str) -> None:
    assert template_labels() - set(LABELS[tag].texts) == set()


@pytest.mark.parametrize("tag", LABELS)
def test_languages_have_the_same_labels_with_the_same_fields(tag: str) -> None:
    here, english = all_texts(LABELS[tag]), all_texts(LABELS["en"])
    assert set(here) == set(english)
    assert [key for key in english if fields(here[key]) != fields(english[key])] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_label_is_used() -> None:
    used = code_labels() | template_labels()
    prefixes = tuple(key[:-1] for key in used if key.endswith("_*"))
    keys = {*LABELS["en"].texts, *LABELS["en"].plurals}
    assert [key for key in sorted(keys - used) if not key.startswith(prefixes)] == []


@pytest.mark.parametrize("tag", LABELS)
def test_no_label_looks_like_a_leftover(tag: str) -> None:
    suspicious = [key for key, text in all_texts(LABELS[tag]).items() if "None" in text.split()]
    assert suspicious == []


PLAIN = Environment(autoescape=True)
FRAME = '<mjml lang="en" dir="ltr"><mj-all font-family="a" />'
BROKEN: list[tuple[Any, tuple[Any, ...]]] = [
    (rules.wrong_name, ("email/body.jinja", ENVIRONMENT)),
    (rules.wrong_name, ("email/body.txt.j2", PLAIN)),
    (rules.wrong_syntax, ("a", "{% if x %}", ENVIRONMENT)),
    (rules.wrong_syntax, ("a", "{{ x|no_such_filter }}", ENVIRONMENT)),
    (rules.unescaped_text, ("{{ x|safe }}", ENVIRONMENT)),
    (rules.unescaped_text, ("{{ Markup(x) }}", ENVIRONMENT)),
    (rules.unescaped_text, ("{% autoescape false %}{{ x }}{% endautoescape %}", ENVIRONMENT)),
    (rules.wrong_mjml, (FRAME + '<mj-include path="a" />',)),
    (rules.wrong_mjml, (FRAME + '<mj-text padding="0 10px">',)),
    (rules.wrong_mjml, (FRAME + '<mj-text padding-top="0">',)),
    (rules.wrong_mjml, (FRAME + '<mj-title value="a\u200bb">',)),
    (rules.wrong_mjml, (FRAME + '<mj-text css-class="a\nb">',)),
    (rules.wrong_mjml, (FRAME + "<b>a</b>\n  <i>b</i>",)),
    (rules.wrong_mjml, ('<mjml lang="" dir="ltr"><mj-all font-family="a" />',)),
    (rules.wrong_mjml, ('<mjml lang="en" dir="ltr">',)),
]


@pytest.mark.parametrize(("rule", "arguments"), BROKEN)
def test_each_rule_can_fail(rule: Any, arguments: tuple[Any, ...]) -> None:
    assert [*rule(*arguments)]


def test_names_that_are_not_given_are_told() -> None:
    found = rules.undocumented_names("{{ a }}{{ b }}", ENVIRONMENT, documented=frozenset({"b"}))
    assert [*found] == ["a is not documented"]


def test_good_mjml_is_not_told_off() -> None:
    good = FRAME + '<mj-text padding="0px 10px 20px" line-height="1.0">\n<b>a</b> <i>b</i>'
    assert [*rules.wrong_mjml(good)] == []
