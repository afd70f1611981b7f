"""Read a PDF from standard input and write its sections as JSON; run by ``pdf_text`` only."""

import io
import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Final

from newsletter.summaries.pdf_text import MAX_MEMORY_BYTES, MAX_PAGES, MAX_TEXT_CHARS

_HEADING: Final = re.compile(
    r"^(?:(?:\d{1,2}|[IVX]{1,4}|[A-Z])(?:\.\d{1,2}){0,1}\.?\s+[A-Z][^.!?]{2,70}"
    r"|(?:Abstract|Introduction|Related Work|Methods?|Experiments?|Results|Discussion|Conclusions?|"
    r"References|Acknowledge?ments?|Appendix)[^.!?]{0,40})$"
)
_HYPHEN: Final = re.compile(r"(\w)-\n(\w)")


def main() -> None:
    """Answer with sections, or with why there are none."""
    _limit_memory()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout)


def _answer(content: bytes) -> dict[str, Any]:
    import pypdf  # noqa: PLC0415 - not needed to be told that this module exists
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            return {"why": "the PDF is encrypted"}
        if len(reader.pages) > MAX_PAGES:
            return {"why": f"the PDF has {len(reader.pages)} pages, more than {MAX_PAGES}"}
        return {"sections": list(_sections(_text(reader)))}
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return {"why": f"the PDF is broken ({type(error).__name__})"}
    except (ImportError, NotImplementedError):
        return {"why": "the PDF is encrypted"}
    except (RecursionError, MemoryError, OverflowError, ZeroDivisionError, AssertionError):
        return {"why": "the PDF is broken"}


def _text(reader: Any) -> str:  # noqa: ANN401 - pypdf's, imported above only
    parts: list[str] = []
    size = 0
    for page in reader.pages:
        parts.append(page.extract_text() or "")
        size += len(parts[-1])
        if size > MAX_TEXT_CHARS:
            break
    return _HYPHEN.sub(r"\1\2", "\n".join(parts))[:MAX_TEXT_CHARS]


def _sections(text: str) -> Iterator[tuple[str, str]]:
    heading, lines = "", []
    for line in (each.strip() for each in text.splitlines()):
        if not _HEADING.match(line):
            lines.append(line)
            continue
        if any(lines):
            yield heading, "\n".join(filter(None, lines))
        heading, lines = line, []
    if any(lines):
        yield heading, "\n".join(filter(None, lines))


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))


if __name__ == "__main__":
    main()
