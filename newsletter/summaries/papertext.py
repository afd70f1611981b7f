"""What is read of a paper before it is summarised."""

from dataclasses import dataclass
from typing import Protocol

from newsletter.model import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """``ports.SourceText``: a paper and what is known of it beside the title.

    Attributes:
        text: the abstract at least; sections start with ``## ``.
        file: the whole PDF, for endpoints that read files.
    """

    paper: Paper
    text: str
    file: bytes | None = None

    @property
    def everything(self) -> str:
        """Return title, abstract and text: what a summary may speak of."""
        paper = self.paper
        parts = (paper.title, paper.abstract, self.text, paper.title_tex, paper.abstract_tex)
        return "\n".join((*parts, paper.comment or "", ", ".join(paper.authors)))


class TextReader(Protocol):
    """Get what is to be read of a paper."""

    def read(self, paper: Paper) -> PaperText:
        """Return the text.

        Raises:
            UnreadablePaperError: there is none.
            SummarizerUnavailableError: it could not be fetched now.
        """


class AbstractReader:
    """Read what arXiv announced: no network."""

    def read(self, paper: Paper) -> PaperText:
        """Return the abstract."""
        return PaperText(paper=paper, text=paper.abstract)
