"""Whole papers from a server that plays arXiv, through the program's own pace, to the model."""

from pathlib import Path

import pytest

from tests.e2e.summarizing import Here, asking, mind_of, reading, serve_papers
from tests.servers.fake_llm import serve_llm
from tests.servers.pdf import make_pdf

LINE = "The secret ingredient of this paper is cardamom, and it is measured with great care."
HTML = f"<html><body><h2>1 Introduction</h2><p>{LINE * 30}</p></body></html>".encode()
PDF = make_pdf([["1 Introduction", *[LINE] * 40]])


@pytest.mark.parametrize(
    ("kinds", "mode"),
    [({"html": HTML}, "fulltext"), ({"pdf": PDF}, "fulltext"), ({"pdf": PDF}, "file")],
)
def test_a_whole_paper_reaches_the_model_once(
    tmp_path: Path, kinds: dict[str, bytes], mode: str
) -> None:
    program = Here.with_a_reader(tmp_path)
    words = ("summarize", "--limit", "2")
    with serve_papers(kinds) as (url, asked), serve_llm(mind_of(program)) as mind:
        settings = asking(mind) | reading(url, mode)
        first = program.json(*words, **settings)
        assert first["kept"] == 2
        fetched = len(asked)
        assert program.run(*words, **settings).code == 0
    assert len(asked) == fetched <= 4
    if mode == "file":
        assert all(PDF in content for content in mind.files.values())
        assert sorted(mind.deleted) == sorted(mind.files)
    else:
        assert all("cardamom" in question.text for question in mind.questions)


def test_downloads_keep_to_arxivs_pace(tmp_path: Path) -> None:
    program = Here.with_a_reader(tmp_path)
    with serve_papers({"html": HTML}) as (url, asked), serve_llm(mind_of(program)) as mind:
        settings = asking(mind) | reading(url, "fulltext")
        pace = {"NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0.2"}
        run = program.json("summarize", "--limit", "4", **settings, **pace)
    assert len(asked) == 4
    assert run["seconds"] >= 3 * 0.2
