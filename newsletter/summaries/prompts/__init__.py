"""What a model is told, per language: data beside this module, versioned by its hash."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from newsletter.errors import ConfigurationError

FALLBACK: Final = "en"
HASH_CHARS: Final = 16
_TEXTS: Final = ("system", "user", "complaint")
_FIELDS: Final = {
    "system": frozenset[str](),
    "user": frozenset({"title", "authors", "categories", "text"}),
    "complaint": frozenset({"complaint"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is told in one language.

    Attributes:
        language: BCP 47.
        system, user, complaint: texts with ``$name`` to fill in.
        headings: of the four sections of the long summary.
        hash: changes with anything in the file.
    """

    language: str
    system: str
    user: str
    complaint: str
    headings: tuple[str, ...]
    hash: str

    def fill(self, name: str, **values: str) -> str:
        """Return one of the texts with its values."""
        return Template(getattr(self, name)).substitute(values).strip()


def load_prompts(folder: Path | None = None) -> dict[str, Prompt]:
    """Read the prompts by language; those in ``folder`` replace our own and add to them.

    Raises:
        ConfigurationError: a file is not a prompt; the message names it and what is wrong.
    """
    ours = sorted(Path(__file__).parent.glob("*.toml"))
    theirs = sorted(folder.glob("*.toml")) if folder else []
    if folder and not theirs:
        raise ConfigurationError(f"summaries.prompts_dir: there is no .toml file in {folder}")
    prompts = map(_read, [*ours, *theirs])
    return {prompt.language: prompt for prompt in prompts}


def choose_prompt(language: str, available: Mapping[str, Prompt]) -> Prompt:
    """Choose the closest language: the tag, its shorter forms, a sister, English."""
    by_tag = {tag.casefold(): prompt for tag, prompt in available.items()}
    subtags = language.casefold().replace("_", "-").split("-")
    for length in range(len(subtags), 0, -1):
        if prompt := by_tag.get("-".join(subtags[:length])):
            return prompt
    sisters = [prompt for tag, prompt in by_tag.items() if tag.split("-")[0] == subtags[0]]
    return sisters[0] if sisters else available[FALLBACK]


def _read(path: Path) -> Prompt:
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw.decode())
        return _prompt(data, raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"summaries.prompts_dir: {path} is not a prompt ({error}); "
            "it needs language, four headings, system, user and complaint"
        ) from error


def _prompt(data: Mapping[str, object], raw: bytes) -> Prompt:
    headings = data["headings"]
    if not isinstance(headings, list) or len(headings) != 4:
        raise ValueError("headings must be a list of four")
    texts = {name: str(data[name]) for name in _TEXTS}
    for name, text in texts.items():
        _check_fields(name, text)
    return Prompt(
        language=str(data["language"]),
        headings=tuple(map(str, headings)),
        hash=hashlib.sha256(raw).hexdigest()[:HASH_CHARS],
        **texts,
    )


def _check_fields(name: str, text: str) -> None:
    template = Template(text)
    if not template.is_valid():
        raise ValueError(f"{name} has a $ that starts no name: write $$")
    used = set(template.get_identifiers())
    if used - _FIELDS[name]:
        raise ValueError(f"{name} has the unknown fields {sorted(used - _FIELDS[name])}")
    if name == "user" and "text" not in used:
        raise ValueError("user has no $text")
