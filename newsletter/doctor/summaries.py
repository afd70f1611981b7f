"""The model that summarises: one small call."""

from collections.abc import Iterator

from newsletter.doctor.finding import Finding, ok, warning
from newsletter.errors import SummaryError
from newsletter.ports import Summarizer

TIMEOUT_S = 30.0
FIX = "see [summaries] in the settings; mails go out with sentences of the abstracts meanwhile"


def check_summaries(summarizer: Summarizer) -> Iterator[Finding]:
    """Make one small call where there is a model; it costs about twenty tokens."""
    probe = getattr(summarizer, "probe", None)
    if probe is None:
        yield ok("summaries", "sentences are chosen from the abstracts; no model is asked")
        return
    try:
        probe(TIMEOUT_S)
    except SummaryError as error:
        yield warning("summaries", str(error), fix=FIX)
    else:
        yield ok("summaries", f"{summarizer.model} answers")
