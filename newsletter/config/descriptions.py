"""What each key is for: the docstrings of the sections' attributes, read off their sources."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from textwrap import dedent

from newsletter.config.keys import known_keys, sections
from newsletter.config.section import Section


def descriptions() -> Mapping[str, str]:
    """Return what each key is for, by dotted key, in the order of ``known_keys``."""
    told = {section: dict(_docstrings(model)) for section, model in sections().items()}
    return {
        dotted: told[key.section].get(key.attribute, "") for dotted, key in known_keys().items()
    }


def _docstrings(model: type[Section]) -> Iterator[tuple[str, str]]:
    """Yield each attribute that a text follows, with that text."""
    (definition,) = ast.parse(dedent(inspect.getsource(model))).body
    assert isinstance(definition, ast.ClassDef)
    for before, after in pairwise(definition.body):
        match before, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)
