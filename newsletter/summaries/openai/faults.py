"""What the endpoint's refusals mean, in our errors. Every exception of ``openai`` ends here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
import openai

from newsletter.errors import (
    SummarizerStoppedError,
    SummarizerThrottledError,
    SummarizerUnavailableError,
    SummaryError,
    SummaryRefusedError,
)

MAX_WORDS_CHARS: Final = 140
MAX_RETRY_AFTER_S: Final = 3600.0
PARSING_RETRY_S: Final = 2.0

_SECRETS: Final = re.compile(r"\b(?:sk|key|pk|rk|gsk|xai)[-_][\w*.-]{4,}|\bBearer\s+\S+|\S*@\S*")
_PREFIX: Final = re.compile(r"^Error code: \d+ - ")
_QUOTA: Final = re.compile(
    r"insufficient.?(?:quota|balance|credit|fund)|exceeded your current quota|billing|arrearage|"
    r"allocation.?quota|free.?tier.?only|payment required|out of credits",
    re.IGNORECASE,
)
_MODEL: Final = re.compile(
    r"model[\s\S]{0,80}(?:not (?:exist|found|available|supported)|does not exist|unknown|invalid)|"
    r"(?:unknown|invalid|no such|unsupported) model|model_not_found",
    re.IGNORECASE,
)
_FILTER: Final = re.compile(
    r"(?i)content.?(?:filter|policy|management)|data.?inspection|safety|sensitive|inappropriate"
)
_TOO_LONG: Final = re.compile(
    r"(?i)context.?length|maximum context|too (?:long|large|many tokens)|range of input length"
)
_PARSING: Final = re.compile(r"(?i)pars\w+ in progress|still (?:being )?process|not ready")


def as_summary_error(error: openai.OpenAIError | httpx2.HTTPError) -> SummaryError:
    """Return our error for one of the client's."""
    match error:
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return SummarizerUnavailableError("the model's endpoint did not answer in time")
        case openai.APIConnectionError():
            return SummarizerUnavailableError(_connection_words(error))
        case openai.APIStatusError():
            return _by_status(error)
        case httpx2.HTTPError():
            return SummarizerUnavailableError(f"the model's answer broke off: {_safe(str(error))}")
    return SummarizerUnavailableError(f"the model's answer makes no sense: {_safe(str(error))}")


def refusal_words(error: openai.APIStatusError) -> str:
    """Return what the endpoint says, unshortened, to recognise what it does not take."""
    return f"{error.param or ''} {error.code or ''} {error.message}"


def _connection_words(error: openai.APIConnectionError) -> str:
    cause = _safe(str(error.__cause__ or "")) or "no connection"
    return f"the model's endpoint cannot be reached: {cause}"


def _by_status(error: openai.APIStatusError) -> SummaryError:
    status, words = error.status_code, refusal_words(error)
    said = f"the model's endpoint says {status}: {_safe(_PREFIX.sub('', error.message))}"
    if status in {401, 402, 403} or _QUOTA.search(words):
        return SummarizerStoppedError(f"{said} (check key and account)")
    if status == 404 or (status in {400, 422} and _MODEL.search(words)):
        return SummarizerStoppedError(f"{said} (check summaries.model and summaries.base_url)")
    if 300 <= status < 400:
        return SummarizerStoppedError(f"{said} (it redirects: check summaries.base_url)")
    if status == 429 or (status == 503 and "retry-after" in error.response.headers):
        return SummarizerThrottledError(said, retry_after_s=retry_after_s(error.response.headers))
    if status in {400, 413, 422}:
        return _by_words(words, said)
    return SummarizerUnavailableError(said, retry_after_s=retry_after_s(error.response.headers))


def _by_words(words: str, said: str) -> SummaryError:
    if _PARSING.search(words):
        return SummarizerUnavailableError(said, retry_after_s=PARSING_RETRY_S)
    if _FILTER.search(words) or _TOO_LONG.search(words):
        return SummaryRefusedError(said)
    return SummarizerUnavailableError(said)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of ``Retry-After``, given as seconds or as a date; at most an hour.

    Source: RFC 9110 §10.2.3.
    """
    text = (headers.get("retry-after") or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text)
    return min(seconds, MAX_RETRY_AFTER_S) if seconds >= 0 else None


def _seconds_until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return -1.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _safe(text: str) -> str:
    """Shorten an endpoint's words and take out what must not be logged."""
    bare = _SECRETS.sub("…", " ".join(text.split()))
    return bare if len(bare) <= MAX_WORDS_CHARS else bare[: MAX_WORDS_CHARS - 1] + "…"
