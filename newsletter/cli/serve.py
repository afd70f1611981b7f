"""``newsletter serve``: the pages, until somebody stops it."""

from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.output import note

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
    with program.open_store() as store:
        config = uvicorn.Config(
            create_app(program, store),
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_S,
            limit_concurrency=MAX_CONNECTIONS,
        )
        note(f"Serving on http://{host}:{port}/ until you stop it with Ctrl-C.")
        uvicorn.Server(config).run()
