"""Every key that can be set, read off the models."""

import types
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args, get_origin

from newsletter.config.section import Section
from newsletter.config.settings import Settings

PREFIX = "NEWSLETTER_"
FILE_SUFFIX = "_FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key.

    Attributes:
        name: as it is written in the file; ``attribute`` is its name in the model.
        kind: the bare type: ``int``, ``tuple`` for lists, ``Path``, ``SecretStr``, …
    """

    section: str
    name: str
    attribute: str
    kind: object
    is_secret: bool

    @property
    def dotted(self) -> str:
        """Return the key as people name it: ``mailer.host``."""
        return f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """Return the environment variable: ``NEWSLETTER_MAILER__HOST``."""
        return f"{PREFIX}{self.section}__{self.name}".upper()


def known_keys() -> Mapping[str, Key]:
    """Return all keys by their dotted name, in the order of the models."""
    keys: dict[str, Key] = {}
    for section, model in sections().items():
        for attribute, info in model.model_fields.items():
            key = Key(
                section=section,
                name=info.alias or attribute,
                attribute=attribute,
                kind=bare_type(info.annotation),
                is_secret="SecretStr" in str(info.annotation),
            )
            keys[key.dotted] = key
    return types.MappingProxyType(keys)


def sections() -> Mapping[str, type[Section]]:
    """Return the model of each section."""
    found: dict[str, type[Section]] = {}
    for name, info in Settings.model_fields.items():
        assert isinstance(info.annotation, type)
        assert issubclass(info.annotation, Section)
        found[name] = info.annotation
    return found


def bare_type(annotation: object) -> object:
    """Return the type without what is annotated: ``tuple`` for ``tuple[str, ...]``."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return get_origin(annotation) or annotation


def is_list(key: Key) -> bool:
    """Tell whether the key takes a list."""
    return key.kind is tuple


def is_path(key: Key) -> bool:
    """Tell whether the key takes a path."""
    return key.kind is Path


def nearest(word: str, known: Mapping[str, object] | list[str]) -> str | None:
    """Return the known word that is most like ``word``, if one is."""
    from difflib import get_close_matches  # noqa: PLC0415 - 2 ms, for what is misspelt only

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), None)
