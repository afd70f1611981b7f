"""``newsletter serve``: the pages, until somebody stops it."""

import signal
import socket
from types import FrameType
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.output import note
from newsletter.errors import UsageError

STOP_S = 10
KEEP_ALIVE_S = 15
MAX_CONNECTIONS = 1_000


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
) -> None:
    """Serve the web pages; Ctrl-C or SIGTERM finishes what is under way and stops.

    \b
    Examples:
      newsletter serve
      newsletter serve --host 0.0.0.0 --port 8080
    """
    import uvicorn

    from newsletter.web.app import create_app

    program = app_of(ctx)
    signal.signal(signal.SIGTERM, _already_stopped)
    with program.open_store() as store, _listening(host, port) as listening:
        config = uvicorn.Config(
            create_app(program, store),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_S,
            limit_concurrency=MAX_CONNECTIONS,
        )
        note(f"Serving on http://{_written(listening)}/ until you stop it with Ctrl-C.")
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    """Listen; raise ``UsageError`` where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(
            f"nobody can listen on {host} port {port} ({error.strerror or error}): choose others "
            "with --host and --port"
        ) from error


def _written(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _already_stopped(_number: int, _frame: FrameType | None) -> None:
    """Let the program end in its own way: the server raises the signal again when it is done."""
