"""A run: what is known, asked, retried, refused, extracted, and what it tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import (
    SummarizerStoppedError,
    SummarizerThrottledError,
    SummarizerUnavailableError,
    SummaryRefusedError,
    UnreadablePaperError,
)
from newsletter.model import Paper, SummaryFault, SummaryOrigin
from newsletter.ports import SummaryStore
from newsletter.stores.sqlite import open_store
from newsletter.summaries.budget import Limits
from newsletter.summaries.desk import Pace, SummaryDesk
from newsletter.summaries.extractive import ExtractiveSummarizer
from newsletter.summaries.papertext import PaperText
from newsletter.summaries.prices import parse_prices
from newsletter.summaries.wanted import Wanted, most_read_first
from tests.factories import NOW
from tests.unit.summaries.clock import FakeTime
from tests.unit.summaries.values import (
    HEADINGS,
    ScriptedSummarizer,
    make_text,
    make_topic_paper,
    right,
    wrong_number,
)

PAPERS = [make_topic_paper(number) for number in range(6)]
WANTED = [Wanted(paper=paper, language="en") for paper in PAPERS]
DOWN = SummarizerUnavailableError("down")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SummaryStore]:
    with open_store(tmp_path / "x.db", address_key=b"k" * 32) as opened:
        yield opened.summaries


def make_desk(store: SummaryStore, *steps: Any, **fields: Any) -> SummaryDesk:
    time = fields.pop("time", FakeTime())
    values: dict[str, Any] = {
        "store": store,
        "summarizer": ScriptedSummarizer(steps=list(steps) or [right]),
        "extractive": ExtractiveSummarizer(lambda _: HEADINGS),
        "clock": lambda: NOW,
        "pace": Pace(workers=1, timeout_s=45.0, patience_s=50.0),
        "sleep": time.sleep,
        "monotonic": time.monotonic,
    }
    return SummaryDesk(**(values | fields))


def calls(desk: SummaryDesk) -> int:
    assert isinstance(desk.summarizer, ScriptedSummarizer)
    return len(desk.summarizer.asked)


def test_each_is_made_once_and_then_known(store: SummaryStore) -> None:
    desk = make_desk(store)
    first, second = desk.run(WANTED, among=PAPERS), desk.run(WANTED, among=PAPERS)
    assert (first.kept, first.known, first.usage.calls) == (6, 0, 6)
    assert (second.kept, second.known, second.usage.calls) == (0, 6, 0)
    assert calls(desk) == 6


def test_a_new_version_language_model_or_prompt_is_another_summary(store: SummaryStore) -> None:
    make_desk(store).run(WANTED[:1])
    other = make_desk(store)
    chinese = [Wanted(paper=PAPERS[0], language="zh-Hans")]
    assert other.estimate(chinese).to_ask == 1
    assert make_desk(store, summarizer=ScriptedSummarizer(steps=[right], model="b")).estimate(
        WANTED[:1]
    ).to_ask == 1  # fmt: skip
    assert other.estimate(WANTED[:1]).to_ask == 0


def test_a_refused_answer_gets_a_second_try_with_the_reason(store: SummaryStore) -> None:
    desk = make_desk(store, wrong_number, right)
    run = desk.run(WANTED[:1])
    assert (run.kept, run.usage.calls) == (1, 2)
    assert isinstance(desk.summarizer, ScriptedSummarizer)
    assert "98.765" in desk.summarizer.asked[1][1]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((wrong_number,), "98.765"),
        ((make_text(3),), PAPERS[3].id),
        ((SummaryRefusedError("the answer is empty", tokens=(5, 0)),), "empty"),
    ],
)
def test_after_two_refused_answers_the_abstract_speaks(
    store: SummaryStore, steps: tuple[Any, ...], why: str
) -> None:
    desk = make_desk(store, *steps)
    run = desk.run(WANTED[:1], among=PAPERS)
    (summary,) = store.newest(limit=9)
    assert run.faults == {SummaryFault.REFUSED: 1}
    assert run.outage == ""
    assert why in summary.why
    assert summary.origin is SummaryOrigin.EXTRACTIVE
    assert summary.text.tldr.startswith("We propose ModelA, a new method")
    assert summary.usage.calls == 2
    assert desk.estimate(WANTED[:1]).to_ask == 0


def test_a_failure_is_tried_again_with_growing_waits(store: SummaryStore) -> None:
    time = FakeTime()
    run = make_desk(store, DOWN, DOWN, right, time=time).run(WANTED[:1])
    assert (run.kept, run.usage.calls) == (1, 3)
    assert 1.0 <= time.slept[0] <= 2.0 <= time.slept[1] <= 4.0


def test_two_papers_in_vain_end_the_asking_and_all_are_extracted(store: SummaryStore) -> None:
    desk = make_desk(store, DOWN)
    run = desk.run(WANTED)
    assert calls(desk) == 6
    assert (run.extracted, run.faults) == (6, {SummaryFault.UNAVAILABLE: 6})
    assert run.outage == "down"
    assert make_desk(store).estimate(WANTED).to_ask == 6


def test_who_must_be_asked_by_somebody_else_ends_it_at_once(store: SummaryStore) -> None:
    desk = make_desk(store, SummarizerStoppedError("no key"))
    run = desk.run(WANTED)
    assert calls(desk) == 1
    assert (run.extracted, run.faults) == (6, {SummaryFault.STOPPED: 6})
    assert run.outage == "no key"


def test_retry_after_is_waited_for_when_patience_allows(store: SummaryStore) -> None:
    time = FakeTime()
    slow_down = SummarizerThrottledError("slow", retry_after_s=7.0)
    run = make_desk(store, slow_down, right, time=time).run(WANTED[:2])
    assert run.kept == 2
    assert max(time.slept) >= 7.0


def test_a_longer_retry_after_ends_it(store: SummaryStore) -> None:
    time = FakeTime()
    desk = make_desk(store, SummarizerThrottledError("slow", retry_after_s=3_000.0), time=time)
    run = desk.run(WANTED)
    assert calls(desk) == 1
    assert run.faults == {SummaryFault.THROTTLED: 6}
    assert sum(time.slept) < 1.0


def test_time_outs_shrink_with_patience(store: SummaryStore) -> None:
    time = FakeTime()

    def hang(*_: Any) -> Any:
        time.now += 45
        raise DOWN

    desk = make_desk(store, hang, time=time)
    run = desk.run(WANTED)
    assert isinstance(desk.summarizer, ScriptedSummarizer)
    assert desk.summarizer.asked[0][2] == 45.0
    assert desk.summarizer.asked[1][2] <= 5.0
    assert run.extracted == 6


def test_limits_leave_the_least_read_to_extraction(store: SummaryStore) -> None:
    desk = make_desk(store, limits=Limits(papers=2))
    estimate = desk.estimate(WANTED)
    assert (estimate.to_ask, estimate.over_budget) == (2, 4)
    run = desk.run(WANTED)
    assert (run.kept, run.faults) == (2, {SummaryFault.OVER_BUDGET: 4})
    assert {one.paper_id for one in store.newest(limit=9) if one.fault is None} == {
        PAPERS[0].id, PAPERS[1].id
    }  # fmt: skip


@pytest.mark.parametrize(
    "limits", [Limits(tokens=45), Limits(cost_usd=0.000_045)], ids=["tokens", "money"]
)
def test_tokens_and_money_are_limits_too(store: SummaryStore, limits: Limits) -> None:
    desk = make_desk(store, limits=limits, prices=parse_prices(["fake:1:1"]))
    estimate = desk.estimate(WANTED)
    assert (estimate.to_ask, estimate.over_budget) == (2, 4)
    assert estimate.usage.cost_usd == pytest.approx(0.000_04)
    run = desk.run(WANTED)
    assert (run.kept, run.faults) == (2, {SummaryFault.OVER_BUDGET: 4})


def test_minutes_are_a_limit(store: SummaryStore) -> None:
    time = FakeTime()

    def slow(source: Any, language: str, complaint: str) -> Any:
        time.now += 40
        return right(source, language, complaint)

    run = make_desk(store, slow, limits=Limits(minutes=1.0), time=time).run(WANTED)
    assert run.kept == 2
    assert run.faults == {SummaryFault.OVER_BUDGET: 4}
    assert run.outage == ""


def test_a_paper_that_cannot_be_read_is_not_asked_about(store: SummaryStore) -> None:
    class Reader:
        def read(self, paper: Paper) -> PaperText:
            raise UnreadablePaperError("the PDF is encrypted")

    desk = make_desk(store, reader=Reader())
    run = desk.run(WANTED[:2])
    assert calls(desk) == 0
    assert run.faults == {SummaryFault.UNREADABLE: 2}
    assert store.newest(limit=1)[0].why == "the PDF is encrypted"


def test_papers_that_cannot_be_fetched_end_the_asking(store: SummaryStore) -> None:
    class Reader:
        def read(self, paper: Paper) -> PaperText:
            raise SummarizerUnavailableError("arXiv does not answer")

    desk = make_desk(store, reader=Reader())
    run = desk.run(WANTED)
    assert calls(desk) == 0
    assert run.faults == {SummaryFault.UNAVAILABLE: 6}
    assert run.outage == "arXiv does not answer"


def test_what_is_saved_while_it_runs_stays_when_it_is_killed(store: SummaryStore) -> None:
    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_desk(store).run(WANTED, on_progress=interrupt)
    assert len(store.newest(limit=9)) == 1


def test_without_a_model_all_is_extracted_and_nothing_is_wrong(store: SummaryStore) -> None:
    extractive = ExtractiveSummarizer(lambda _: HEADINGS)
    desk = make_desk(store, summarizer=extractive)
    assert desk.estimate(WANTED).to_ask == 0
    run = desk.run(WANTED)
    assert (run.extracted, run.faults, run.outage, run.usage.calls) == (6, {}, "", 0)
    assert desk.run(WANTED).known == 6


def test_extracting_asks_nobody_and_leaves_the_question_open(store: SummaryStore) -> None:
    desk = make_desk(store)
    assert desk.extract(WANTED) == 6
    assert calls(desk) == 0
    assert desk.estimate(WANTED).to_ask == 6


def test_each_run_is_recorded_unless_there_was_nothing_to_do(store: SummaryStore) -> None:
    desk = make_desk(store)
    run = desk.run(WANTED)
    desk.run(WANTED)
    assert store.runs(limit=9) == (run,)


def test_the_most_read_come_first() -> None:
    papers = {paper.id: paper for paper in PAPERS}
    counts = {(PAPERS[0].id, "en"): 1, (PAPERS[1].id, "zh-Hans"): 5, ("gone", "en"): 9}
    wanted = most_read_first(counts, papers)
    assert [(one.paper.id, one.language, one.readers) for one in wanted] == [
        (PAPERS[1].id, "zh-Hans", 5), (PAPERS[0].id, "en", 1)
    ]  # fmt: skip
