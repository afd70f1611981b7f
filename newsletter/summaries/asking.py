"""One paper: ask, check, ask once more, and say what came of it. The one place of retries."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from newsletter.errors import (
    SummarizerStoppedError,
    SummarizerThrottledError,
    SummarizerUnavailableError,
    SummaryError,
    SummaryRefusedError,
    UnreadablePaperError,
)
from newsletter.model import SummaryFault, SummaryText, Usage
from newsletter.ports import Summarizer
from newsletter.summaries.budget import Budget
from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.checks.judge import what_is_wrong
from newsletter.summaries.papertext import PaperText, TextReader
from newsletter.summaries.prices import Price, priced
from newsletter.summaries.pulse import Pulse
from newsletter.summaries.wanted import Wanted

MAX_ANSWERS: Final = 2
MAX_FAILURES: Final = 3
BACKOFF_S: Final = 2.0
MIN_TIMEOUT_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What asking about one paper came to; ``text`` is None when there is a fault."""

    wanted: Wanted
    text: SummaryText | None = None
    fault: SummaryFault | None = None
    why: str = ""
    usage: Usage = field(default_factory=Usage)


class OverBudgetError(SummaryError):
    """The run's limits do not allow another call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Ask about papers, one at a time; several threads may use the same one.

    Attributes:
        timeout_s: for one answer.
        deadline: moment of ``monotonic`` after which nothing new is asked; None for none.
    """

    summarizer: Summarizer
    reader: TextReader
    contrast: Contrast
    budget: Budget
    pulse: Pulse
    prices: dict[str, Price]
    timeout_s: float
    deadline: float | None = None
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def ask(self, wanted: Wanted) -> Outcome:
        """Ask about one paper; never raises what belongs to it."""
        spent: list[Usage] = []
        try:
            self._may_go_on()
            source = self._read(wanted)
            text = self._checked(source, wanted, spent)
        except SummaryError as error:
            return Outcome(
                wanted=wanted, fault=fault_of(error), why=str(error), usage=sum(spent, Usage())
            )
        return Outcome(wanted=wanted, text=text, usage=sum(spent, Usage()))

    def _read(self, wanted: Wanted) -> PaperText:
        try:
            return self.reader.read(wanted.paper)
        except SummarizerUnavailableError as error:
            self.pulse.failed(error)
            raise

    def _checked(self, source: PaperText, wanted: Wanted, spent: list[Usage]) -> SummaryText:
        """Return an answer that passes the checks, the first or the second."""
        complaint = ""
        for _ in range(MAX_ANSWERS):
            try:
                text = self._answer(source, wanted, complaint, spent)
            except SummaryRefusedError as error:
                complaint = str(error)
                continue
            complaint = what_is_wrong(
                text, source, language=wanted.language, contrast=self.contrast
            )
            if not complaint:
                return text
        raise SummaryRefusedError(complaint)

    def _answer(
        self, source: PaperText, wanted: Wanted, complaint: str, spent: list[Usage]
    ) -> SummaryText:
        """Return the next answer, after as many failures as are bearable."""
        for failures in range(1, MAX_FAILURES + 1):
            try:
                return self._call(source, wanted, complaint, spent)
            except (SummarizerUnavailableError, SummarizerThrottledError) as error:
                if failures == MAX_FAILURES:
                    self.pulse.failed(error)
                    raise
                self._wait(error, failures)
        raise AssertionError("unreachable")

    def _call(
        self, source: PaperText, wanted: Wanted, complaint: str, spent: list[Usage]
    ) -> SummaryText:
        estimate = self._priced(self.summarizer.estimate(source, wanted.language))
        self._may_go_on()
        if not self.budget.reserve(estimate):
            raise OverBudgetError("the limits of this run are reached")
        actual = Usage(calls=1)
        self.pulse.begin()
        try:
            timeout_s = max(MIN_TIMEOUT_S, min(self.timeout_s, self.pulse.left_s()))
            text, usage = self.summarizer.write(
                source, wanted.language, complaint=complaint, timeout_s=timeout_s
            )
            actual = self._priced(usage)
            self.pulse.answered()
        except SummaryRefusedError as error:
            actual = self._priced(_used(error))
            self.pulse.answered()
            raise
        except SummarizerStoppedError as error:
            self.pulse.stop(error)
            raise
        finally:
            self.pulse.end()
            self.budget.settle(estimate, actual)
            spent.append(actual)
        return text

    def _may_go_on(self) -> None:
        """Wait while the endpoint wants it; raise when nothing may be asked any more."""
        while (held_s := self.pulse.held_s()) > 0:
            self.sleep(held_s)
        stopped_by = self.pulse.stopped_by
        if stopped_by is not None:
            raise type(stopped_by)(str(stopped_by))
        if self.deadline is not None and self.monotonic() >= self.deadline:
            raise OverBudgetError("the minutes of this run are over")

    def _wait(self, error: SummaryError, failures: int) -> None:
        """Wait before the next try; raise when that would take longer than patience lasts."""
        backoff_s = BACKOFF_S * 2.0 ** (failures - 1) * (0.5 + 0.5 * self.jitter())
        wait_s = max(error.retry_after_s or 0.0, backoff_s)
        left_s = self.pulse.left_s()
        if wait_s >= left_s or self._is_late(wait_s):
            self.pulse.stop(error)
            raise error
        if error.retry_after_s is not None:
            self.pulse.hold(error.retry_after_s)
        self.sleep(wait_s)

    def _is_late(self, wait_s: float) -> bool:
        return self.deadline is not None and self.monotonic() + wait_s >= self.deadline

    def _priced(self, usage: Usage) -> Usage:
        return priced(usage, self.summarizer.model, self.prices)


def fault_of(error: SummaryError) -> SummaryFault:
    """Return the fault that an error is recorded as."""
    match error:
        case SummaryRefusedError():
            return SummaryFault.REFUSED
        case UnreadablePaperError():
            return SummaryFault.UNREADABLE
        case SummarizerThrottledError():
            return SummaryFault.THROTTLED
        case SummarizerStoppedError():
            return SummaryFault.STOPPED
        case OverBudgetError():
            return SummaryFault.OVER_BUDGET
        case _:
            return SummaryFault.UNAVAILABLE


def _used(error: SummaryError) -> Usage:
    tokens_in, tokens_out = error.tokens
    return Usage(calls=1, tokens_in=tokens_in, tokens_out=tokens_out)
