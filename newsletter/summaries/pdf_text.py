"""The text of a PDF, read in a process of its own: it comes from outside, and some never end."""

import json
import os
import subprocess
import sys
from typing import Final

from newsletter.errors import UnreadablePaperError
from newsletter.summaries.text_cut import Section

PDF_START: Final = b"%PDF-"
MAX_PAGES: Final = 200
TIMEOUT_S: Final = 40.0
MAX_MEMORY_BYTES: Final = 1_000_000_000
MAX_TEXT_CHARS: Final = 1_000_000
_READER: Final = "newsletter.summaries.pdf_process"


def pdf_sections(content: bytes, *, timeout_s: float = TIMEOUT_S) -> tuple[Section, ...]:
    """Return the sections of a PDF.

    Raises:
        UnreadablePaperError: it is encrypted, too long, broken, or cannot be read in time.
    """
    command = [sys.executable, "-m", _READER]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing from outside in its words
            command,
            input=content,
            capture_output=True,
            timeout=timeout_s,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadablePaperError(f"the PDF cannot be read in {timeout_s:g} s") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise UnreadablePaperError("the PDF is broken") from error
    if why := answer.get("why"):
        raise UnreadablePaperError(why)
    return tuple(Section(heading=heading, text=text) for heading, text in answer["sections"])
