"""The ranking benchmark measures what its protocol says."""

import json
import lzma
from datetime import date
from pathlib import Path

import pytest

from benchmarks.ranking import group_days, make_streams, plan_trials, run
from benchmarks.ranking_files import Reader, read_papers
from benchmarks.ranking_protocol import measure_day, plan_trial

DAY = date(2026, 1, 5)


def test_a_perfect_order_measures_one() -> None:
    assert set(measure_day(["a", "b", "c"], {"a", "b"}).values()) == {1.0}


def test_measures_are_those_of_the_protocol() -> None:
    order = ["x", "a", "y", *(f"z{n}" for n in range(8)), "b"]
    measured = measure_day(order, {"a", "b"})
    assert measured["ndcg_at_10"] == pytest.approx(0.6309 / 1.6309, abs=1e-4)
    assert measured["recall_at_10"] == 0.5
    assert measured["recall_at_20"] == 1.0
    assert measured["map"] == pytest.approx((1 / 2 + 2 / 12) / 2)
    assert measured["mrr"] == 0.5


def test_the_split_is_the_day_of_the_middle_liked_paper() -> None:
    days = {name: date(2026, 1, number) for number, name in enumerate("abcde", start=1)}
    reader = Reader(name="r", keywords=("x",), liked=("e", "a", "c", "b", "unknown"))
    papers_on = dict.fromkeys(days.values(), 30) | {days["e"]: 29}
    trial = plan_trial(reader, day_of=days, papers_on=papers_on)
    assert trial is not None
    assert trial.split_on == days["c"]
    assert trial.days == {days["c"]: {"c"}}


def test_a_small_corpus_is_measured_from_files(tmp_path: Path) -> None:
    records = [
        {
            "id": f"26{day:02d}.{number:05d}",
            "announced_on": f"2026-01-{day:02d}",
            "title": "Sparse attention" if number == 3 else f"Other {number}",
            "abstract": "Text\nof two lines.",
            "categories": ["cs.LG"],
            "authors": ["Ada Example"],
        }
        for day in (5, 6, 7)
        for number in range(30)
    ]
    liked = [f"26{day:02d}.00003" for day in (5, 6, 7)]
    papers, readers = tmp_path / "papers.jsonl.xz", tmp_path / "readers.json"
    with lzma.open(papers, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)
    readers.write_text(
        json.dumps([{"reader": "r", "keywords": ["sparse attention"], "liked": liked}])
    )
    days = list(group_days(read_papers(papers)))
    trials = plan_trials(days, readers)
    results = run(days, trials, make_streams(trials))
    assert [trial.split_on for trial in trials] == [date(2026, 1, 6)]
    assert results["n=0"]["ndcg_at_10"] == 1.0
    assert results["substring"]["ndcg_at_10"] == 1.0
