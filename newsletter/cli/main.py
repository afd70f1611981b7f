"""The command line: ``newsletter``."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import structlog
import typer

from newsletter import __version__, log
from newsletter.cli import (
    admin,
    cancel,
    deliveries,
    doctor,
    events,
    explain,
    export,
    fetch,
    pause,
    preview,
    resend,
    resume,
    run,
    send,
    serve,
    status,
    store,
    subscriber,
    summaries,
    summarize,
    suppression,
)
from newsletter.cli.handle import LazyApp
from newsletter.cli.output import fail, note
from newsletter.cli.plain_group import PlainGroup
from newsletter.errors import NewsletterError, StoreError
from subscribers.errors import SubscriberError

INTERRUPTED = 130

app = typer.Typer(
    name="newsletter",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(admin.init)
app.command()(fetch.fetch)
app.command()(summarize.summarize)
app.command()(send.send)
app.command()(preview.preview)
app.command()(run.run)
app.command()(status.status)
app.command()(doctor.doctor)
app.command()(deliveries.deliveries)
app.command()(pause.pause)
app.command()(resume.resume)
app.command()(cancel.cancel)
app.command()(resend.resend)
app.command()(export.export)
app.command()(serve.serve)
app.command()(explain.explain)
app.add_typer(subscriber.app, name="subscriber")
app.add_typer(suppression.app, name="suppression")
app.add_typer(summaries.app, name="summaries")
app.add_typer(events.app, name="events")
app.add_typer(store.app, name="store")
app.add_typer(admin.config, name="config")


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"newsletter {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The settings file.", metavar="FILE")
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option("--profile", help="Use newsletter.NAME.toml instead.", metavar="NAME"),
    ] = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Send everyone the arXiv papers that are theirs.

    \b
    Examples:
      newsletter send --dry-run --source sample
      newsletter send --dry-run
      newsletter send
    """
    ctx.obj = LazyApp(config, profile)


def main() -> None:
    """Run the command of this process and leave with its exit code."""
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code: see ``errors`` for their meaning."""
    log.configure()
    try:
        app(args=_config_first(arguments), prog_name="newsletter")
    except SystemExit as ended:
        return _exit_code(ended)
    except KeyboardInterrupt:
        note("Stopped.")
        return INTERRUPTED
    except (NewsletterError, SubscriberError) as error:
        return fail(error)
    except OSError as error:
        return fail(StoreError(f"{error.filename or 'a file'}: {error.strerror or error}"))
    except Exception:  # noqa: BLE001 - the boundary of the process
        structlog.get_logger().exception("command.crashed", arguments=len(arguments))
        return fail(NewsletterError("an unexpected error: see the log above"))
    return 0


def _config_first(arguments: Sequence[str]) -> list[str]:
    """Move ``--config FILE`` to the front, and ``--profile``: they may stand behind the command."""
    words = list(arguments)
    for option in ("--config", "--profile"):
        words = _first(option, words)
    return words


def _first(option: str, words: list[str]) -> list[str]:
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == option or word.startswith(f"{option}="):
            end = place + (2 if word == option else 1)
            return words[place:end] + words[:place] + words[end:]
    return words


def _exit_code(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    note(str(ended.code))
    return 1
