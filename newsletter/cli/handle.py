"""What the commands need of the program: its settings and its store, when they are asked for."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import typer

from newsletter.config import Settings
from subscribers.ports import SubscriberStore


class Store(Protocol):
    """The part of the store that these commands use."""

    @property
    def subscribers(self) -> SubscriberStore:
        """Return the subscribers."""


class App(Protocol):
    """The program, put together."""

    @property
    def settings(self) -> Settings:
        """Return the settings that count."""

    @property
    def origins(self) -> Mapping[str, str]:
        """Return where each setting came from, by its dotted key."""

    def open_store(self, *, scratch: bool = False) -> AbstractContextManager[Store]:
        """Open the store, or a private copy of it that is thrown away."""


class AppHandle(Protocol):
    """What ``main`` puts into the context: the program is put together when it is first asked for.

    So ``--help`` and ``init`` work while a setting is wrong.
    """

    def app(self) -> App:
        """Return the program."""


def app_of(ctx: typer.Context) -> App:
    """Return the program of this command."""
    handle: AppHandle = ctx.obj
    return handle.app()
