"""Whole papers, from HTML or PDF, and what becomes of those that cannot be read."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import pypdf
import pytest

from newsletter.errors import (
    SourceUnavailableError,
    SummarizerUnavailableError,
    UnreadablePaperError,
)
from newsletter.summaries.downloads import Downloads
from newsletter.summaries.fulltext import FileReader, FullTextReader
from newsletter.summaries.html_text import html_sections
from newsletter.summaries.pdf_text import pdf_sections
from newsletter.summaries.text_cut import Section, cut_to_tokens, written
from newsletter.summaries.tokens import count_tokens
from tests.factories import make_paper
from tests.servers.pdf import make_pdf

LINE = "We study sparse attention in very long contexts and measure it with care."
BODY = [LINE] * 40
PDF = make_pdf([["1 Introduction", *BODY], ["2 Results", "It is 3x faster.", *BODY]])
HTML = f"""<html><body><nav><p>Menu</p></nav><h1>Title</h1><div class="ltx_authors"><p>Ada</p></div>
<section><h2>1 Introduction</h2><p>{LINE * 20}</p>
<p>It costs <math alttext="O(n^2)"><mi>O</mi><annotation>O(n^2)</annotation></math> time.</p>
<script>alert(1)</script></section>
<section><h2>2 Results</h2><ul><li>It is 3x faster.</li></ul>
<table><tr><td>Model</td><td>12.5</td></tr></table></section>
<section class="ltx_bibliography"><h2>References</h2><p>Someone.</p></section></body></html>"""


@dataclass(slots=True)
class FakePage:
    status: int
    body: bytes


@dataclass(slots=True)
class FakeArxiv:
    """Answers by the end of the address; what it does not know is not there."""

    pages: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> FakePage:
        self.asked.append(url)
        found = next((body for end, body in self.pages.items() if end in url), None)
        return FakePage(404 if found is None else self.status, found or b"")


def reader(tmp_path: Path, **pages: bytes) -> FullTextReader:
    arxiv = FakeArxiv({f"/{kind}/": body for kind, body in pages.items()})
    return FullTextReader(
        downloads=Downloads(arxiv.get, tmp_path),
        html_url="https://arxiv.org/html",
        pdf_url="https://arxiv.org/pdf",
        max_tokens=2_000,
    )


def test_html_comes_first_with_its_sections(tmp_path: Path) -> None:
    text = reader(tmp_path, html=HTML.encode(), pdf=PDF).read(make_paper()).text
    assert "## 1 Introduction\n" in text
    assert "It costs O(n²) time." in text
    assert "It is 3x faster.\nModel\n12.5" in text
    for left in ("Menu", "Ada", "alert", "Someone"):
        assert left not in text


@pytest.mark.parametrize("html", [None, b"", b"<html><body><p>No HTML.</p></body></html>", PDF])
def test_without_html_the_pdf_is_read(tmp_path: Path, html: bytes | None) -> None:
    pages = {"pdf": PDF} | ({} if html is None else {"html": html})
    text = reader(tmp_path, **pages).read(make_paper()).text
    assert "## 2 Results\nIt is 3x faster." in text


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(PDF)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pdf", "why"),
    [
        (None, "no PDF"), (b"<html>", "is none"), (b"%PDF-1.4 garbage", "broken"),
        (make_pdf([["x"]] * 300), "300 pages"), (encrypted(), "encrypted"),
        (make_pdf([["x"]]), "scan"),
    ],
    ids=["missing", "html", "broken", "long", "encrypted", "scan"],
)  # fmt: skip
def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path, pdf: bytes | None, why: str) -> None:
    pages = {} if pdf is None else {"pdf": pdf}
    with pytest.raises(UnreadablePaperError, match=why):
        reader(tmp_path, **pages).read(make_paper())
    files = FileReader(
        downloads=reader(tmp_path, **pages).downloads, pdf_url="https://arxiv.org/pdf"
    )
    with pytest.raises(UnreadablePaperError, match=why):
        files.read(make_paper())


def test_a_file_is_uploaded_whole_and_its_text_is_for_the_checks(tmp_path: Path) -> None:
    downloads = reader(tmp_path, pdf=PDF).downloads
    source = FileReader(downloads=downloads, pdf_url="https://arxiv.org/pdf").read(make_paper())
    assert source.file == PDF
    assert "It is 3x faster." in source.everything


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(UnreadablePaperError, match=r"in 0\.001 s"):
        pdf_sections(PDF, timeout_s=0.001)


def test_each_address_is_fetched_once(tmp_path: Path) -> None:
    arxiv = FakeArxiv({"/pdf/": PDF})
    downloads = Downloads(arxiv.get, tmp_path)
    assert downloads.fetch("https://arxiv.org/pdf/1") == PDF
    assert Downloads(arxiv.get, tmp_path).fetch("https://arxiv.org/pdf/1") == PDF
    assert downloads.fetch("https://arxiv.org/html/1") is None
    assert arxiv.asked == ["https://arxiv.org/pdf/1", "https://arxiv.org/html/1"]


def test_the_folder_stays_small(tmp_path: Path) -> None:
    arxiv = FakeArxiv({"/pdf/": b"%PDF-" + b"x" * 400})
    downloads = Downloads(arxiv.get, tmp_path, max_bytes=1_000)
    for number in range(5):
        downloads.fetch(f"https://arxiv.org/pdf/{number}")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 1_000


def test_what_arxiv_refuses_now_may_come_later(tmp_path: Path) -> None:
    def down(url: str) -> FakePage:
        raise SourceUnavailableError("down")

    with pytest.raises(SummarizerUnavailableError, match="down"):
        Downloads(down, tmp_path).fetch("https://arxiv.org/pdf/1")
    with pytest.raises(SummarizerUnavailableError, match="403"):
        Downloads(FakeArxiv({"/pdf/": b"x"}, status=403).get, tmp_path).fetch("x/pdf/1")


def test_an_arxiv_that_is_down_is_asked_twice_only(tmp_path: Path) -> None:
    asked: list[str] = []

    def down(url: str) -> FakePage:
        asked.append(url)
        raise SourceUnavailableError("down")

    downloads = Downloads(down, tmp_path)
    for number in range(5):
        with pytest.raises(SummarizerUnavailableError):
            downloads.fetch(f"https://arxiv.org/pdf/{number}")
    assert len(asked) == 2


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<", b"<html></html>", b"plain"])
def test_html_without_text_has_no_sections(content: bytes) -> None:
    assert sum(len(each.text) for each in html_sections(content)) < 10


def test_a_long_paper_is_cut_and_keeps_all_its_sections() -> None:
    names = ["Abstract", "1 Introduction", "2 Method", "3 Results", "4 Conclusion"]
    sections = [Section(heading=name, text="A sentence of it. " * 500) for name in names]
    extra = [Section(heading=name, text="x " * 9_000) for name in ("References", "A Proofs")]
    cut = cut_to_tokens([*sections, *extra], 2_000)
    assert [section.heading for section in cut] == names
    assert all(section.text.endswith(".") for section in cut)
    assert 1_200 <= count_tokens(written(cut)) <= 2_100


def test_a_short_paper_is_not_cut() -> None:
    sections = (Section(heading="", text="All of it."), Section(heading="1 End", text="Done."))
    assert cut_to_tokens(sections, 500) == sections
