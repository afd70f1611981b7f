"""The example file says all that can be set, and nothing else."""

import re
import tomllib
from pathlib import Path

import pytest

from newsletter.config import Settings, load_settings
from newsletter.config.descriptions import descriptions
from newsletter.config.keys import Key, known_keys

EXAMPLE = Path(__file__).resolve().parents[2] / "newsletter.example.toml"
DERIVED = {"store.data_dir"}
KEYS = list(known_keys().values())


def test_the_example_is_the_defaults() -> None:
    loaded = load_settings(EXAMPLE, {})
    defaults = Settings()
    example = loaded.settings
    assert example.mailer.dir == EXAMPLE.parent / defaults.mailer.dir
    mailer = example.mailer.model_copy(update={"dir": defaults.mailer.dir})
    assert example.model_copy(update={"mailer": mailer}) == defaults


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.dotted)
def test_every_key_stands_in_the_example(key: Key) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    if key.is_secret:
        assert key.variable in text
    elif key.dotted in DERIVED:
        assert re.search(rf"^# {key.name} = ", text, re.MULTILINE)
    else:
        assert key.name in tomllib.loads(text)[key.section]


@pytest.mark.parametrize("key", [k for k in KEYS if not k.is_secret], ids=lambda key: key.dotted)
def test_every_key_is_described_as_in_the_model(key: Key) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    description = descriptions()[key.dotted]
    assert description
    section = text.split(f"[{key.section}]\n")[1].split("\n[")[0]
    above = section.split(f"{key.name} = ")[0].strip().splitlines()
    start = description.removesuffix(".").split(". ")[0]
    assert any(start in line for line in above[-3:]), (start, above[-3:])


def test_the_examples_variables_are_real() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    named = set(re.findall(r"NEWSLETTER_[A-Z_]+[A-Z]", text))
    real = {key.variable for key in KEYS}
    real |= {f"{key.variable}_FILE" for key in KEYS if key.is_secret} | {"NEWSLETTER_CONFIG"}
    assert named <= real
