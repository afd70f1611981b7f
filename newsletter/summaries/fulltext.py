"""The whole text of a paper: arXiv's HTML where there is one, else the PDF's text."""

from dataclasses import dataclass
from typing import Final

from newsletter.errors import UnreadablePaperError
from newsletter.model import Paper
from newsletter.summaries.downloads import Downloads
from newsletter.summaries.html_text import html_sections
from newsletter.summaries.papertext import PaperText
from newsletter.summaries.pdf_text import PDF_START, pdf_sections
from newsletter.summaries.text_cut import Section, cut_to_tokens, written

MIN_TEXT_CHARS: Final = 1_500
"""Less than this is no paper: a page of apologies, or a scan."""
MAX_UPLOAD_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FullTextReader:
    """``TextReader`` of whole papers, cut at ``max_tokens`` with all their sections kept."""

    downloads: Downloads
    html_url: str
    pdf_url: str
    max_tokens: int

    def read(self, paper: Paper) -> PaperText:
        """Return the text of this version.

        Raises:
            UnreadablePaperError: neither HTML nor PDF has a text.
            SummarizerUnavailableError: it could not be fetched now.
        """
        sections = self._from_html(paper) or self._from_pdf(paper)
        text = written(cut_to_tokens(sections, self.max_tokens))
        return PaperText(paper=paper, text=text)

    def _from_html(self, paper: Paper) -> tuple[Section, ...]:
        content = self.downloads.fetch(f"{self.html_url}/{paper.versioned_id}")
        if content is None or content.startswith(PDF_START):
            return ()
        sections = html_sections(content)
        return sections if _chars(sections) >= MIN_TEXT_CHARS else ()

    def _from_pdf(self, paper: Paper) -> tuple[Section, ...]:
        sections = pdf_sections(_pdf_of(paper, self.downloads, self.pdf_url))
        if _chars(sections) < MIN_TEXT_CHARS:
            raise UnreadablePaperError("the PDF has no text: it is a scan")
        return sections


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReader:
    """``TextReader`` of PDFs that the endpoint reads itself; their text is for the checks."""

    downloads: Downloads
    pdf_url: str

    def read(self, paper: Paper) -> PaperText:
        """Return the PDF, and its text for the checks.

        Raises:
            UnreadablePaperError: there is no PDF, or nobody could read it.
            SummarizerUnavailableError: it could not be fetched now.
        """
        file = _pdf_of(paper, self.downloads, self.pdf_url)
        if len(file) > MAX_UPLOAD_BYTES:
            raise UnreadablePaperError("the PDF is too large to upload")
        sections = pdf_sections(file)
        if _chars(sections) < MIN_TEXT_CHARS:
            raise UnreadablePaperError("the PDF has no text: it is a scan")
        return PaperText(paper=paper, text=written(sections), file=file)


def _pdf_of(paper: Paper, downloads: Downloads, pdf_url: str) -> bytes:
    content = downloads.fetch(f"{pdf_url}/{paper.versioned_id}")
    if content is None:
        raise UnreadablePaperError("arXiv has no PDF of it")
    if not content.startswith(PDF_START):
        raise UnreadablePaperError("what arXiv sends as PDF is none")
    return content


def _chars(sections: tuple[Section, ...]) -> int:
    return sum(len(section.text) for section in sections)
