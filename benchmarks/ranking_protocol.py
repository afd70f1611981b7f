"""The ranking protocol: split, test days and measures (shared data, ranking/PROTOCOL.md)."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from benchmarks.ranking_files import Reader

MIN_PAPERS_OF_DAY = 30
MEASURES = ("ndcg_at_10", "recall_at_10", "recall_at_20", "map", "mrr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One reader's test.

    Attributes:
        split_on: the day of the middle liked paper; earlier ones are history.
        days: test day → ids of the papers liked on it.
    """

    reader: Reader
    split_on: date
    days: Mapping[date, frozenset[str]]


def plan_trial(
    reader: Reader, *, day_of: Mapping[str, date], papers_on: Mapping[date, int]
) -> Trial | None:
    """Split a reader's liked papers; return None when there is nothing to test.

    Args:
        reader: whose liked papers are split.
        day_of: id → announcement day, for the whole corpus.
        papers_on: day → how many papers it has.
    """
    liked = sorted((day_of[name], name) for name in set(reader.liked) if name in day_of)
    if not liked:
        return None
    split_on = liked[len(liked) // 2][0]
    days: dict[date, set[str]] = {}
    for day, name in liked:
        if day >= split_on and papers_on[day] >= MIN_PAPERS_OF_DAY:
            days.setdefault(day, set()).add(name)
    return Trial(
        reader=reader,
        split_on=split_on,
        days={day: frozenset(names) for day, names in days.items()},
    )


def measure_day(order: Sequence[str], liked: Collection[str]) -> dict[str, float]:
    """Measure one ranking of all papers of a day; gain 1, log2 discount."""
    places = [place for place, name in enumerate(order, start=1) if name in liked]
    ideal = sum(1 / math.log2(place + 1) for place in range(1, min(len(places), 10) + 1))
    return {
        "ndcg_at_10": sum(1 / math.log2(place + 1) for place in places if place <= 10) / ideal,
        "recall_at_10": sum(place <= 10 for place in places) / len(places),
        "recall_at_20": sum(place <= 20 for place in places) / len(places),
        "map": fmean(count / place for count, place in enumerate(places, start=1)),
        "mrr": 1 / places[0],
    }


def summarise(days_by_reader: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, object]:
    """Average over a reader's days, then over readers."""
    by_reader = {
        name: {measure: fmean(day[measure] for day in days) for measure in MEASURES}
        for name, days in days_by_reader.items()
        if days
    }
    means: dict[str, object] = {
        measure: round(fmean(values[measure] for values in by_reader.values()), 4)
        for measure in MEASURES
    }
    means["by_reader"] = {
        name: {measure: round(value, 4) for measure, value in values.items()}
        for name, values in by_reader.items()
    }
    return means
