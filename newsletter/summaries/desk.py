"""The summaries of a run: what is known, what is asked, what is extracted instead."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from newsletter.model import (
    Paper,
    Summary,
    SummaryEstimate,
    SummaryFault,
    SummaryKey,
    SummaryOrigin,
    SummaryRun,
    Usage,
)
from newsletter.ports import Clock, Summarizer, SummaryStore
from newsletter.summaries.asking import Asker, Outcome
from newsletter.summaries.budget import Budget, Limits
from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.papertext import AbstractReader, PaperText, TextReader
from newsletter.summaries.prices import Price, priced
from newsletter.summaries.pulse import PATIENCE_S, Pulse
from newsletter.summaries.wanted import Wanted

Progress = Callable[[Summary], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast, and for how long, the model is asked.

    Attributes:
        workers: calls at once.
        timeout_s: for one answer.
        patience_s: how long an endpoint that does not answer is waited for, in all.
    """

    workers: int = 4
    timeout_s: float = 45.0
    patience_s: float = PATIENCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryDesk:
    """Make the summaries of a run, each once, within limits.

    Attributes:
        summarizer: who is asked first.
        extractive: whose choice of sentences stands where that fails.
        reader: gets the text of a paper, only when it will be asked about.
    """

    store: SummaryStore
    summarizer: Summarizer
    extractive: Summarizer
    clock: Clock
    reader: TextReader = field(default_factory=AbstractReader)
    limits: Limits = field(default_factory=Limits)
    pace: Pace = field(default_factory=Pace)
    prices: dict[str, Price] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def estimate(self, wanted: Sequence[Wanted]) -> SummaryEstimate:
        """Say what ``run`` would consume; nothing is asked and nothing is fetched."""
        missing = self._missing(wanted)
        is_free = self.summarizer.origin is SummaryOrigin.EXTRACTIVE
        budget, asked = Budget(self.limits), 0
        for one in () if is_free else missing:
            source = PaperText(paper=one.paper, text=one.paper.abstract)
            usage = self._priced(self.summarizer.estimate(source, one.language))
            if not budget.reserve_paper() or not budget.reserve(usage):
                break
            asked += 1
        return SummaryEstimate(
            model=self.summarizer.model,
            wanted=len(wanted),
            known=len(wanted) - len(missing),
            to_ask=asked,
            over_budget=0 if is_free else len(missing) - asked,
            usage=budget.spent,
        )

    def run(
        self,
        wanted: Sequence[Wanted],
        *,
        among: Sequence[Paper] = (),
        on_progress: Progress | None = None,
    ) -> SummaryRun:
        """Make what is missing, save each as it is made, and record what the run came to.

        Args:
            wanted: distinct papers and languages, the most important first.
            among: all papers of the issue, to tell one from another.
            on_progress: told each new summary.
        """
        began_at, began = self.clock(), self.monotonic()
        missing = self._missing(wanted)
        pulse = Pulse(self.pace.patience_s, monotonic=self.monotonic)
        outcomes = self._outcomes(missing, among, pulse)
        tally = _Tally(wanted=len(wanted), known=len(wanted) - len(missing))
        for summary in self._saved(outcomes):
            tally.count(summary)
            if on_progress is not None:
                on_progress(summary)
        run = tally.run(
            model=self.summarizer.model,
            began_at=began_at,
            seconds=self.monotonic() - began,
            outage=str(pulse.stopped_by or ""),
        )
        if missing:
            self.store.add_run(run)
        _log(run)
        return run

    def extract(self, wanted: Sequence[Wanted]) -> int:
        """Choose sentences for what is missing and ask nobody; return for how many."""
        missing = self._missing(wanted)
        why = "nothing was asked"
        outcomes = (Outcome(wanted=one, fault=SummaryFault.OVER_BUDGET, why=why) for one in missing)
        return sum(1 for _ in self._saved(iter(outcomes)))

    def _missing(self, wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
        keys = {self._key(one): one for one in wanted}
        known = self.store.known(keys)
        return tuple(
            one for key, one in keys.items() if key not in known or not known[key].is_settled
        )

    def _outcomes(
        self, missing: Sequence[Wanted], among: Sequence[Paper], pulse: Pulse
    ) -> Iterator[Outcome]:
        if self.summarizer.origin is SummaryOrigin.EXTRACTIVE:
            yield from (Outcome(wanted=one) for one in missing)
            return
        asker = self._asker(missing, among, pulse)
        affordable = [one for one in missing if asker.budget.reserve_paper()]
        why = "the run's limit of papers is reached"
        for one in missing[len(affordable) :]:
            yield Outcome(wanted=one, fault=SummaryFault.OVER_BUDGET, why=why)
        pool = ThreadPoolExecutor(self.pace.workers, thread_name_prefix="summary")
        try:
            futures = [pool.submit(asker.ask, one) for one in affordable]
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)

    def _asker(self, missing: Sequence[Wanted], among: Sequence[Paper], pulse: Pulse) -> Asker:
        minutes = self.limits.minutes
        return Asker(
            summarizer=self.summarizer,
            reader=self.reader,
            contrast=Contrast([*among, *(one.paper for one in missing)]),
            budget=Budget(self.limits),
            pulse=pulse,
            prices=self.prices,
            timeout_s=self.pace.timeout_s,
            deadline=self.monotonic() + 60.0 * minutes if minutes else None,
            sleep=self.sleep,
            monotonic=self.monotonic,
        )

    def _saved(self, outcomes: Iterator[Outcome]) -> Iterator[Summary]:
        """Save model's answers one by one, for they cost money, and extracts together."""
        extracts: list[Summary] = []
        for outcome in outcomes:
            summary = self._summary(outcome)
            if summary.origin is SummaryOrigin.LLM or summary.usage.calls:
                self.store.save([summary])
            elif summary.text.tldr:
                extracts.append(summary)
            yield summary
        self.store.save(extracts)

    def _summary(self, outcome: Outcome) -> Summary:
        wanted = outcome.wanted
        text, origin = outcome.text, SummaryOrigin.LLM
        if text is None:
            source = PaperText(paper=wanted.paper, text=wanted.paper.abstract)
            text, _ = self.extractive.write(source, wanted.language, timeout_s=0.0)
            origin = SummaryOrigin.EXTRACTIVE
        return Summary(
            key=self._key(wanted),
            text=text,
            origin=origin,
            made_at=self.clock(),
            fault=outcome.fault,
            why=outcome.why,
            usage=outcome.usage,
        )

    def _key(self, wanted: Wanted) -> SummaryKey:
        return SummaryKey(
            paper_id=wanted.paper.id,
            version=wanted.paper.version,
            language=wanted.language,
            model=self.summarizer.model,
            prompt_hash=self.summarizer.prompt_hash(wanted.language),
        )

    def _priced(self, usage: Usage) -> Usage:
        return priced(usage, self.summarizer.model, self.prices)


@dataclass(slots=True, kw_only=True)
class _Tally:
    wanted: int
    known: int
    kept: int = 0
    extracted: int = 0
    usage: Usage = field(default_factory=Usage)
    faults: Counter[SummaryFault] = field(default_factory=Counter)

    def count(self, summary: Summary) -> None:
        self.kept += summary.origin is SummaryOrigin.LLM
        self.extracted += summary.origin is SummaryOrigin.EXTRACTIVE
        self.usage += summary.usage
        if summary.fault is not None:
            self.faults[summary.fault] += 1

    def run(self, *, model: str, began_at: datetime, seconds: float, outage: str) -> SummaryRun:
        return SummaryRun(
            began_at=began_at,
            seconds=seconds,
            model=model,
            wanted=self.wanted,
            known=self.known,
            kept=self.kept,
            extracted=self.extracted,
            usage=self.usage,
            faults=dict(self.faults),
            outage=outage,
        )


def _log(run: SummaryRun) -> None:
    log = structlog.get_logger().bind(
        model=run.model, wanted=run.wanted, known=run.known, kept=run.kept,
        extracted=run.extracted, calls=run.usage.calls, tokens=run.usage.tokens,
        seconds=round(run.seconds, 1), faults={str(k): n for k, n in run.faults.items()},
    )  # fmt: skip
    if run.outage:
        log.warning("summaries.failed", why=run.outage)
    elif run.usage.calls:
        log.info("summaries.made")
    else:
        log.debug("summaries.made")
