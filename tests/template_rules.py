"""What templates must keep to, checked on their source: each function returns what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

ENDINGS = (".html.j2", ".mjml.j2", ".txt.j2", ".css.j2", ".md.j2", ".xml.j2")
ESCAPED = (".html.j2", ".mjml.j2")

_BARE_ZERO = re.compile(r"(?<![a-z])padding[a-z-]*=\"[^\"]*(?<![\w.#-])0(?![\w.%])")
_ATTRIBUTE = re.compile(r"<mj-[\w-]+(?:\s+[\w-]+=\"[^\"]*\")*\s*/?>|<mj-[^>]*>")
_INVISIBLE = re.compile(r"[\\\u00a0\u200b-\u200f\u2060\ufeff]|=\"[^\"]*\n")
_INLINE = "a|abbr|b|bdi|code|em|i|small|span|strong|sub|sup"
_GLUED = re.compile(rf"</(?:{_INLINE})>[ \t]*\n\s*<(?:{_INLINE})\b")
_NO_GOOD = ("<mj-include", "<mj-wrapper", 'inline="inline"', "<mj-html-attributes", "<mj-font")


def parse(environment: Environment, source: str) -> nodes.Template:
    """Parse a template; raise ``TemplateSyntaxError`` when it cannot be."""
    return environment.parse(source)


def wrong_name(name: str, environment: Environment) -> Iterator[str]:
    """Tell of an ending that does not say what the template makes, or is not escaped."""
    if not name.endswith(ENDINGS):
        yield f"{name} ends with none of {', '.join(ENDINGS)}"
    escapes = environment.autoescape
    is_escaped = escapes(name) if callable(escapes) else escapes
    if is_escaped != name.endswith(ESCAPED):
        yield f"{name} is {'' if is_escaped else 'not '}escaped"


def wrong_syntax(name: str, source: str, environment: Environment) -> Iterator[str]:
    """Tell of what Jinja cannot read, and of filters it does not know."""
    try:
        environment.compile(source, name=name)
    except TemplateSyntaxError as error:
        yield f"{name}, line {error.lineno}: {error.message}"


def undocumented_names(
    source: str, environment: Environment, *, documented: frozenset[str]
) -> Iterator[str]:
    """Tell of names that nobody gives to the template."""
    used = meta.find_undeclared_variables(environment.parse(source))
    yield from (f"{name} is not documented" for name in sorted(used - documented))


def unescaped_text(source: str, environment: Environment) -> Iterator[str]:
    """Tell of what takes the escaping away."""
    tree = environment.parse(source)
    for found in tree.find_all(nodes.Filter):
        if found.name in {"safe", "forceescape", "tojson"}:
            yield f"line {found.lineno}: |{found.name}"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "Markup":
            yield f"line {call.lineno}: Markup(…)"
    yield from (
        f"line {n.lineno}: autoescape" for n in tree.find_all(nodes.ScopedEvalContextModifier)
    )


def used_labels(source: str, environment: Environment) -> frozenset[str]:
    """Return the labels a template asks for: the constants in ``t('…')``."""
    calls = environment.parse(source).find_all(nodes.Call)
    return frozenset(
        str(call.args[0].value)
        for call in calls
        if isinstance(call.node, nodes.Name)
        and call.node.name == "t"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    )


def referenced_templates(source: str, environment: Environment) -> frozenset[str]:
    """Return the templates that this one includes, imports or extends."""
    named = meta.find_referenced_templates(environment.parse(source))
    return frozenset(name for name in named if name is not None)


def wrong_mjml(source: str) -> Iterator[str]:
    """Tell of what the MJML engine gets wrong in silence; ``source`` is what it is given."""
    yield from (f"{word} does not work" for word in _NO_GOOD if word in source)
    yield from (f"a bare 0 in {found[0]}" for found in _BARE_ZERO.finditer(source))
    for tag in _ATTRIBUTE.findall(source):
        if _INVISIBLE.search(tag):
            yield f"an attribute holds a backslash, line break or invisible character: {tag[:40]!r}"
    yield from (f"words glue together at {found[0]!r}" for found in _GLUED.finditer(source))
    yield from _wrong_frame(source)


def _wrong_frame(source: str) -> Iterator[str]:
    if not re.search(r"<mjml lang=\"[a-z]{2,3}[\w-]*\" dir=\"(?:ltr|rtl)\">", source):
        yield "<mjml> has no language and direction"
    if "<mj-all font-family=" not in source:
        yield "no font is set: the engine would load its own from the network"


def template_names(folder: Path) -> tuple[str, ...]:
    """Return the names of all templates under ``folder``, as Jinja loads them."""
    return tuple(sorted(str(path.relative_to(folder)) for path in folder.rglob("*.j2")))
