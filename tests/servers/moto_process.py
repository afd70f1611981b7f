"""Serve moto until stdin ends; print the port first."""

import logging
import os
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.servers.moto_dynamodb import ScriptedApplication, mend_transactions


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    mend_transactions()
    application = ScriptedApplication(DomainDispatcherApplication(create_backend_app))
    # Connections are kept open: the SDK's clients ask thousands of times.
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler
    )
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    server.serve_forever()


def _leave_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
