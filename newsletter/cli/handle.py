"""What the commands need of the program: put together when a command first asks for it.

So ``--help`` and ``init`` work while a setting is wrong.
"""

import os
from pathlib import Path

import typer

from newsletter.bootstrap import App, load


class LazyApp:
    """Put the program together once, when it is asked for."""

    def __init__(self, config_file: Path | None, profile: str | None = None) -> None:
        self._config_file = config_file
        self._profile = profile
        self._app: App | None = None

    def app(self) -> App:
        """Return the program; raise ``ConfigurationError`` when a setting is wrong."""
        if self._app is None:
            self._app = load(self._config_file, os.environ, profile=self._profile)
        return self._app


def app_of(ctx: typer.Context) -> App:
    """Return the program of this command."""
    handle: LazyApp = ctx.obj
    return handle.app()
