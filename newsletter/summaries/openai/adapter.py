"""``ports.Summarizer`` over an endpoint that speaks OpenAI's API."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx2
import openai

from newsletter.errors import SummaryRefusedError
from newsletter.model import SummaryOrigin, SummaryText, Usage
from newsletter.ports import SourceText
from newsletter.summaries.answer import read_answer
from newsletter.summaries.openai.bounds import Allowance, bounded_client
from newsletter.summaries.openai.completion import Completion, read_completion
from newsletter.summaries.openai.dialect import Dialect
from newsletter.summaries.openai.faults import as_summary_error, refusal_words
from newsletter.summaries.openai.way import Way
from newsletter.summaries.prompts import Prompt, choose_prompt
from newsletter.summaries.tokens import count_tokens

EXPECTED_ANSWER_TOKENS: Final = 900
MAX_AUTHORS: Final = 12
CONNECT_S: Final = 10.0
MAX_DIALECTS: Final = 6
TOKENS_OF_A_PAPER: Final = 20_000
NO_KEY: Final = "none"
"""Endpoints without keys want the header all the same."""
PROBE: Final = "Answer with the word ok."


class OpenAiSummarizer:
    """Ask a model, one call for each ``write``; several threads may share it.

    Nothing is retried here, apart from leaving out a parameter that the endpoint does not know.
    """

    origin: Final = SummaryOrigin.LLM

    def __init__(self, way: Way, prompts: Mapping[str, Prompt]) -> None:
        self.model = way.model
        self._way = way
        self._prompts = prompts
        self._allowance = Allowance()
        self._http = bounded_client(self._allowance, connections=way.connections)
        self._client = openai.OpenAI(
            api_key=way.api_key or NO_KEY,
            base_url=way.base_url,
            max_retries=0,
            http_client=self._http,
        )
        self._lock = threading.Lock()
        self._dialect = Dialect()

    def prompt_hash(self, language: str) -> str:
        """Return what changes with the question: the prompt's hash, and what is read."""
        return f"{choose_prompt(language, self._prompts).hash}-{self._way.input}"

    def estimate(self, source: SourceText, language: str) -> Usage:
        """Say what ``write`` will about consume; nothing is asked."""
        texts = (str(message["content"]) for message in self._messages(source, language, ""))
        tokens_in = sum(map(count_tokens, texts))
        if self._way.input != "abstract" and source.text == source.paper.abstract:
            tokens_in += TOKENS_OF_A_PAPER
        return Usage(calls=1, tokens_in=tokens_in, tokens_out=EXPECTED_ANSWER_TOKENS)

    def write(
        self, source: SourceText, language: str, *, complaint: str = "", timeout_s: float
    ) -> tuple[SummaryText, Usage]:
        """Ask once and return the answer, unchecked, and what it consumed."""
        self._allowance.begin(timeout_s)
        messages = self._messages(source, language, complaint)
        with _ours():
            if source.file is None:
                done = self._complete(messages, timeout_s)
            else:
                done = self._complete_with_file(source.file, messages, timeout_s)
        usage = _usage(done, messages)
        text = self._read(done, usage, choose_prompt(language, self._prompts))
        return text, usage

    def probe(self, timeout_s: float) -> str:
        """Make one small call and return the model that answered; for ``doctor``.

        Raises:
            SummaryError: see ``errors`` for the kinds.
        """
        self._allowance.begin(timeout_s)
        with _ours():
            self._complete([{"role": "user", "content": PROBE}], timeout_s, max_tokens=16)
        return self.model

    def close(self) -> None:
        """Finish connections; ``write`` may not be called afterwards."""
        self._client.close()
        self._http.close()

    def _read(self, done: Completion, usage: Usage, prompt: Prompt) -> SummaryText:
        tokens = (usage.tokens_in, usage.tokens_out)
        if done.refusal or done.finish == "content_filter":
            raise SummaryRefusedError("the model refuses to answer", tokens=tokens)
        if done.finish == "length":
            raise SummaryRefusedError("the answer is cut short", tokens=tokens)
        try:
            return read_answer(done.text, headings=prompt.headings)
        except SummaryRefusedError as error:
            raise SummaryRefusedError(str(error), tokens=tokens) from error

    def _messages(self, source: SourceText, language: str, complaint: str) -> list[dict[str, str]]:
        prompt, paper = choose_prompt(language, self._prompts), source.paper
        text = source.text if source.file is None else paper.abstract
        asked = prompt.fill(
            "user",
            title=_inert(paper.title),
            authors=_inert(", ".join(paper.authors[:MAX_AUTHORS])),
            categories=_inert(", ".join(paper.categories)),
            text=_inert(text),
        )
        if complaint:
            asked += "\n\n" + prompt.fill("complaint", complaint=complaint)
        system = {"role": "system", "content": prompt.fill("system")}
        return [system, {"role": "user", "content": asked}]

    def _complete_with_file(
        self, file: bytes, messages: list[dict[str, str]], timeout_s: float
    ) -> Completion:
        """Upload the PDF, ask about it, and delete it again."""
        purpose: Any = "file-extract"
        limits = httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        made = self._client.files.create(
            file=("paper.pdf", file, "application/pdf"), purpose=purpose, timeout=limits
        )
        system, *rest = messages
        about = {"role": "system", "content": f"fileid://{made.id}"}
        try:
            return self._complete([system, about, *rest], timeout_s)
        finally:
            with suppress(openai.OpenAIError, httpx2.HTTPError):
                self._client.files.delete(made.id, timeout=limits)

    def _complete(
        self, messages: list[dict[str, str]], timeout_s: float, *, max_tokens: int = 0
    ) -> Completion:
        """Ask; leave out what the endpoint does not take, and remember that."""
        limit = max_tokens or self._way.max_answer_tokens
        for _ in range(MAX_DIALECTS):
            dialect = self._dialect
            try:
                return self._post(messages, dialect.parameters(limit), timeout_s)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                other = dialect.after(refusal_words(error))
                if other is None:
                    raise
                self._learn(dialect, other)
        return self._post(messages, {}, timeout_s)

    def _learn(self, before: Dialect, after: Dialect) -> None:
        """Remember what was learnt, unless another thread learnt something meanwhile."""
        with self._lock:
            if self._dialect == before:
                self._dialect = after

    def _post(
        self, messages: list[dict[str, str]], parameters: Mapping[str, Any], timeout_s: float
    ) -> Completion:
        create: Any = self._client.chat.completions.with_streaming_response.create
        limits = httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))
        with create(model=self.model, messages=messages, timeout=limits, **parameters) as response:
            return read_completion(b"".join(response.iter_bytes()))


@contextmanager
def _ours() -> Iterator[None]:
    """Turn the client's exceptions inside the block into ours."""
    try:
        yield
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise as_summary_error(error) from error


def _usage(done: Completion, messages: list[dict[str, str]]) -> Usage:
    """Return what the endpoint counts, else what we estimate."""
    asked = sum(count_tokens(message["content"]) for message in messages)
    return Usage(
        calls=1,
        tokens_in=asked if done.tokens_in is None else done.tokens_in,
        tokens_out=count_tokens(done.text) if done.tokens_out is None else done.tokens_out,
    )


def _inert(text: str) -> str:
    """Return a paper's text so that it cannot end the place it stands in."""
    return text.replace("</paper", "<\u200b/paper").replace("<paper", "<\u200bpaper")
