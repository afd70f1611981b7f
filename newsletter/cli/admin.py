"""``newsletter config`` and ``newsletter init``: the settings."""

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.files import write_whole
from newsletter.cli.handle import app_of
from newsletter.cli.output import note, print_json, print_table
from newsletter.cli.questions import ask, settings_file
from newsletter.config import effective_settings
from newsletter.config.file import FILE_NAME
from newsletter.errors import UsageError

READABLE = 0o644
"""A settings file has no secrets, and is often read by another user than its writer."""

config = typer.Typer(no_args_is_help=True, help="Show the settings.")


@config.callback()
def _group() -> None:
    """Show the settings."""


@config.command("show")
def show(
    ctx: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every setting that counts, and where it came from; secrets are not shown.

    \b
    Examples:
      newsletter config show
      newsletter --config /etc/newsletter.toml config show --json
    """
    program = app_of(ctx)
    effective = effective_settings(program.settings, program.origins)
    if json:
        print_json({each.key: {"value": each.value, "origin": each.origin} for each in effective})
    else:
        rows = ((each.key, each.value, each.origin) for each in effective)
        print_table(("key", "value", "origin"), rows)


def init(
    out: Annotated[Path, typer.Option(help="Where to write the file.")] = Path(FILE_NAME),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing, take defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write a settings file, asking for what matters most.

    \b
    Examples:
      newsletter init
      newsletter init --yes --out newsletter.toml
    """
    if out.exists() and not force:
        raise UsageError(f"{out} exists: add --force to replace it, or --out to write another file")
    answers = ask(take_defaults=yes)
    write_whole(out, [settings_file(answers).encode()], mode=READABLE)
    if json:
        print_json({"written": out, "settings": answers})
    else:
        note(f"{out} is written; `newsletter config show` shows all settings.")
