"""Serve moto until stdin ends; print the port first."""

import io
import logging
import os
import sys
import threading
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.servers.moto_answers import mend_answers
from tests.servers.moto_dynamodb import ScriptedApplication, mend_transactions
from tests.servers.moto_tables import mend_tables


class KeepingHandler(MotoRequestHandler):
    """Keeps connections open, which werkzeug does not: the SDK's clients ask thousands of times."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer; those that name a target send the length of what they say."""
        if "X-Amz-Target" not in self.headers:
            super().run_wsgi()
            return
        self.environ = environ = self.make_environ()
        body = self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        said: list[Any] = []
        hear: Any = lambda *words: said.extend(words)  # noqa: E731 - WSGI's own type wants a writer
        answer = b"".join(self.server.app(environ, hear))
        self.send_response(int(said[0].split()[0]))
        for name, value in said[1]:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    mend_transactions()
    mend_tables()
    mend_answers()
    application = ScriptedApplication(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=KeepingHandler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    server.serve_forever()


def _leave_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
