"""Whole papers from a server that plays arXiv, through the program's own pace, to the model."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.e2e.program import Program
from tests.servers.fake_llm import FakeLlm, serve_llm
from tests.servers.pdf import make_pdf

LINE = "The secret ingredient of this paper is cardamom, and it is measured with great care."
HTML = f"<html><body><h2>1 Introduction</h2><p>{LINE * 30}</p></body></html>".encode()
PDF = make_pdf([["1 Introduction", *[LINE] * 40]])


@contextmanager
def serve_papers(*, kinds: dict[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Serve the same content for every paper of a kind; 404 for other kinds."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = kinds.get(self.path.split("/")[1])
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("kinds", "mode"),
    [({"html": HTML}, "fulltext"), ({"pdf": PDF}, "fulltext"), ({"pdf": PDF}, "file")],
)
def test_a_whole_paper_reaches_the_model_once(
    tmp_path: Path, kinds: dict[str, bytes], mode: str
) -> None:
    mind = FakeLlm()
    with serve_papers(kinds=kinds) as (url, asked), serve_llm(mind):
        program = Program(
            tmp_path,
            NEWSLETTER_SUMMARIES__KIND="openai",
            NEWSLETTER_SUMMARIES__BASE_URL=mind.url,
            NEWSLETTER_SUMMARIES__INPUT=mode,
            NEWSLETTER_SUMMARIES__HTML_URL=f"{url}/html",
            NEWSLETTER_SUMMARIES__PDF_URL=f"{url}/pdf",
        )
        program.run("fetch", "--source", "sample")
        with program.open_store() as store:
            day = store.papers.last_issue_day()
            assert day is not None
            papers = store.papers.papers_between(day, day)
        mind.papers = {one.id: (one.title, one.abstract) for one in papers}
        first = program.run("summarize", "--limit", "2", "--json")
        assert first.code == 0, first.err
        assert first.json["kept"] == 2
        fetched = len(asked)
        program.run("summarize", "--limit", "2")
    assert len(asked) == fetched <= 4
    if mode == "file":
        assert all(PDF in content for content in mind.files.values())
        assert sorted(mind.deleted) == sorted(mind.files)
    else:
        assert all("cardamom" in question.text for question in mind.questions)
