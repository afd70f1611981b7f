"""Every command there is: two examples that name options it has, and ``--json``."""

import shlex
from collections.abc import Iterator

import pytest
import typer.main
from click import Command

from newsletter.cli.main import app

WITHOUT_JSON = {"serve"}
"""It runs until it is ended, and prints nothing."""


def commands() -> Iterator[tuple[str, Command]]:
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]  # a group
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {each}", inner[each]) for each in inner)


COMMANDS = dict(commands())


def examples_of(command: Command) -> list[str]:
    _, _, examples = str(command.help).partition("Examples:\n")
    return [line.strip() for line in examples.splitlines() if line.strip()]


def test_there_are_all_the_commands_that_were_promised() -> None:
    promised = {"init", "fetch", "send", "preview", "run", "status", "export", "explain"}
    people = {
        f"subscriber {each}" for each in ("add", "list", "show", "remove", "import", "export")
    }
    assert set(COMMANDS) >= promised | people | {"config show"}


def called_in(example: str) -> tuple[str, list[str]]:
    """The command that an example calls, and the words behind it."""
    words = shlex.split(example.partition("newsletter ")[2])
    if words[0] == "--config":
        del words[:2]
    name = next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)
    return name, words[len(name.split()) :]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_two_examples(name: str) -> None:
    examples = examples_of(COMMANDS[name])
    assert len(examples) == 2
    assert name in {called_in(example)[0] for example in examples}


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_use_options_that_exist(name: str) -> None:
    for example in examples_of(COMMANDS[name]):
        called, words = called_in(example)
        known = {each for parameter in COMMANDS[called].params for each in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - WITHOUT_JSON))
def test_every_command_prints_json(name: str) -> None:
    assert "--json" in {each for parameter in COMMANDS[name].params for each in parameter.opts}
