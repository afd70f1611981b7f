"""Put the making of summaries together: the part of ``bootstrap`` that knows its adapters."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from newsletter.config.settings import Settings
from newsletter.ports import Clock, Summarizer, SummaryStore
from newsletter.summaries.budget import Limits
from newsletter.summaries.desk import Pace, SummaryDesk
from newsletter.summaries.extractive import ExtractiveSummarizer
from newsletter.summaries.papertext import AbstractReader, TextReader
from newsletter.summaries.prices import parse_prices
from newsletter.summaries.prompts import Prompt, choose_prompt, load_prompts

Http = Callable[[], AbstractContextManager[Any]]
"""Lend the way to arXiv."""


@contextmanager
def lend_desk(
    settings: Settings,
    store: SummaryStore,
    *,
    clock: Clock,
    http: Http,
    at_most_minutes: float | None = None,
) -> Iterator[SummaryDesk]:
    """Lend what makes summaries; connections are closed afterwards.

    Raises:
        ConfigurationError: the prompts cannot be read.
    """
    own = settings.summaries
    prompts = load_prompts(own.prompts_folder)
    summarizer = make_summarizer(settings, prompts)
    try:
        with _reader(settings, http) as reader:
            yield SummaryDesk(
                store=store,
                summarizer=summarizer,
                extractive=_extractive(prompts),
                clock=clock,
                reader=reader,
                limits=Limits(
                    papers=own.max_papers,
                    tokens=own.max_tokens,
                    cost_usd=own.max_cost_usd,
                    minutes=_sooner(own.max_minutes, at_most_minutes),
                ),
                pace=Pace(
                    workers=own.concurrency, timeout_s=own.timeout_s, patience_s=own.patience_s
                ),
                prices=parse_prices(own.prices),
            )
    finally:
        summarizer.close()


def _sooner(minutes: float, at_most: float | None) -> float:
    """Return the shorter of two times, where 0 is for ever in the settings."""
    return minutes if at_most is None else min(minutes or at_most, at_most)


def make_summarizer(settings: Settings, prompts: Mapping[str, Prompt]) -> Summarizer:
    """Return who writes the summaries."""
    if settings.summaries.kind == "extractive":
        return _extractive(prompts)
    from newsletter.summaries.openai import OpenAiSummarizer, Way

    own = settings.summaries
    way = Way(
        base_url=own.base_url,
        model=own.model,
        api_key=own.api_key.get_secret_value(),
        input=own.input,
        connections=own.concurrency,
    )
    return OpenAiSummarizer(way, prompts)


def _extractive(prompts: Mapping[str, Prompt]) -> ExtractiveSummarizer:
    return ExtractiveSummarizer(lambda language: choose_prompt(language, prompts).headings)


@contextmanager
def _reader(settings: Settings, http: Http) -> Iterator[TextReader]:
    own = settings.summaries
    if own.kind == "extractive" or own.input == "abstract":
        yield AbstractReader()
        return
    from newsletter.summaries.downloads import Downloads
    from newsletter.summaries.fulltext import FileReader, FullTextReader

    with http() as arxiv:
        downloads = Downloads(arxiv.get, settings.store.data_dir / "downloads")
        if own.input == "file":
            yield FileReader(downloads=downloads, pdf_url=own.pdf_url)
        else:
            yield FullTextReader(
                downloads=downloads,
                html_url=own.html_url,
                pdf_url=own.pdf_url,
                max_tokens=own.max_input_tokens,
            )
