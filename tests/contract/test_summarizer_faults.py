"""Whatever an endpoint does wrong, it ends in one of our errors or in an answer that is judged."""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from newsletter.errors import (
    SummarizerStoppedError,
    SummarizerThrottledError,
    SummarizerUnavailableError,
    SummaryError,
    SummaryRefusedError,
)
from newsletter.model import SummaryText
from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.checks.judge import what_is_wrong
from newsletter.summaries.openai import OpenAiSummarizer, Way
from newsletter.summaries.papertext import PaperText
from newsletter.summaries.prompts import load_prompts
from tests.servers.fake_llm import FakeLlm, serve_llm
from tests.servers.fake_llm_faults import FAULTS
from tests.unit.summaries.values import make_topic_paper, source_of

PAPERS = [make_topic_paper(number) for number in range(6)]
PROMPTS = load_prompts()
RAISED: dict[str, type[SummaryError]] = {
    **dict.fromkeys(("401", "402", "403", "404", "429-quota"), SummarizerStoppedError),
    **dict.fromkeys(("429", "429-long", "503"), SummarizerThrottledError),
    **dict.fromkeys(
        ("500", "hang", "drip", "cut-off", "empty-body", "html", "gzip", "endless"),
        SummarizerUnavailableError,
    ),
    **dict.fromkeys(
        ("413", "empty", "null", "refusal", "refusal-text", "filter", "inspection", "truncated",
         "length", "long", "essay"),
        SummaryRefusedError,
    ),
}  # fmt: skip
JUDGED = {
    "numbers": "TL;DR has 2", "language": "language asked for", "swapped": "speaks of",
    "thinking": "thinking", "image": "image", "script": "HTML tag", "made-up": "98.765",
    "placeholder": "TL;DR has 5", "obeys": "recommends",
}  # fmt: skip
FINE = {"prose", "thinking-before", "streaming"}

Write = Callable[..., SummaryText]


@pytest.fixture
def mind() -> Iterator[FakeLlm]:
    with serve_llm(FakeLlm(papers={one.id: (one.title, one.abstract) for one in PAPERS})) as served:
        yield served


@pytest.fixture
def write(mind: FakeLlm) -> Iterator[Write]:
    summarizer = OpenAiSummarizer(
        Way(base_url=mind.url, model="fake", api_key="sk-secret-key", input="file"), PROMPTS
    )

    def call(fault: str = "", *, file: bytes | None = None, timeout_s: float = 5.0) -> SummaryText:
        mind.faults = {"*": (fault,)}
        source = PaperText(paper=PAPERS[0], text=PAPERS[0].abstract, file=file)
        return summarizer.write(source, "en", timeout_s=timeout_s)[0]

    yield call
    summarizer.close()


def test_every_fault_of_the_server_is_tested_here() -> None:
    assert set(FAULTS) == set(RAISED) | set(JUDGED) | FINE


@pytest.mark.parametrize("fault", RAISED)
def test_refusals_and_breakdowns_are_our_errors(write: Write, fault: str) -> None:
    with pytest.raises(SummaryError) as caught:
        write(fault, timeout_s=0.4 if fault in {"hang", "drip"} else 5.0)
    assert type(caught.value) is RAISED[fault]
    for secret in ("sk-", "@", "\n"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("fault", JUDGED)
def test_wrong_answers_are_found_by_the_checks(write: Write, fault: str) -> None:
    why = what_is_wrong(
        write(fault), source_of(PAPERS[0]), language="en", contrast=Contrast(PAPERS)
    )
    assert JUDGED[fault] in why


@pytest.mark.parametrize("fault", sorted(FINE))
def test_odd_forms_of_a_right_answer_are_understood(write: Write, fault: str) -> None:
    text = write(fault)
    assert what_is_wrong(
        text, source_of(PAPERS[0]), language="en", contrast=Contrast(PAPERS)
    ) == ""  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "seconds"), [("429", 1.0), ("429-long", 3000.0), ("503", 1.0), ("500", None)]
)
def test_retry_after_is_passed_on(write: Write, fault: str, seconds: float | None) -> None:
    with pytest.raises(SummaryError) as caught:
        write(fault)
    assert caught.value.retry_after_s == seconds


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_call_ends_in_time_whatever_the_server_does(write: Write, fault: str) -> None:
    began = time.monotonic()
    with pytest.raises(SummarizerUnavailableError):
        write(fault, timeout_s=0.4)
    assert time.monotonic() - began < 3.0


def test_what_a_refused_answer_consumed_is_told(write: Write) -> None:
    with pytest.raises(SummaryRefusedError) as caught:
        write("truncated")
    assert caught.value.tokens == (700, 400)


def test_nobody_listening_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    summarizer = OpenAiSummarizer(Way(base_url=url, model="fake"), PROMPTS)
    with pytest.raises(SummarizerUnavailableError, match="cannot be reached"):
        summarizer.write(source_of(PAPERS[0]), "en", timeout_s=5)
    summarizer.close()


def test_an_endpoint_without_response_format_is_asked_without_and_remembered(
    write: Write, mind: FakeLlm
) -> None:
    mind.takes_formats = False
    write()
    assert mind.calls == 3
    write()
    assert mind.calls == 4
    assert "response_format" not in mind.questions[-1].body


def test_a_streaming_endpoint_is_remembered(write: Write, mind: FakeLlm) -> None:
    write("streaming")
    before = mind.calls
    write("streaming")
    assert mind.calls == before + 1
    assert mind.questions[-1].body["stream"] is True


def test_a_file_is_uploaded_named_and_deleted(write: Write, mind: FakeLlm) -> None:
    text = write(file=b"%PDF-1.4 whole paper")
    assert text.tldr
    assert b"%PDF-1.4 whole paper" in mind.files["file-1"]
    assert b"file-extract" in mind.files["file-1"]
    assert "fileid://file-1" in mind.questions[0].text
    assert mind.deleted == ["file-1"]


def test_a_file_is_deleted_when_the_answer_fails_too(write: Write, mind: FakeLlm) -> None:
    with pytest.raises(SummarizerUnavailableError):
        write("500", file=b"%PDF-")
    assert mind.deleted == ["file-1"]


def test_the_probe_is_small_and_tells_the_same_errors(mind: FakeLlm) -> None:
    summarizer = OpenAiSummarizer(Way(base_url=mind.url, model="fake"), PROMPTS)
    assert summarizer.probe(5.0) == "fake"
    assert len(mind.questions[0].text) < 60
    mind.faults = {"*": ("401",)}
    with pytest.raises(SummarizerStoppedError, match="401"):
        summarizer.probe(5.0)
    summarizer.close()
