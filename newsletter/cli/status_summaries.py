"""What ``status`` tells of summaries: the last run, and whether the model's endpoint works."""

from datetime import datetime
from typing import TypedDict

from newsletter.cli.summarising import run_text
from newsletter.model import SummaryRun
from newsletter.ports import SummaryStore

RUNS_LOOKED_AT = 100


class SummaryFacts(TypedDict):
    """The last run; ``failing_since`` is the first of the failed runs in a row that end with it."""

    began_at: datetime
    model: str
    wanted: int
    known: int
    kept: int
    extracted: int
    faults: dict[str, int]
    calls: int
    tokens: int
    cost_usd: float | None
    outage: str
    failing_since: datetime | None


def summary_status(summaries: SummaryStore) -> SummaryFacts | None:
    """Return the facts of the last run; None before the first."""
    runs = summaries.runs(limit=RUNS_LOOKED_AT)
    if not runs:
        return None
    last = runs[0]
    return {
        "began_at": last.began_at,
        "model": last.model,
        "wanted": last.wanted,
        "known": last.known,
        "kept": last.kept,
        "extracted": last.extracted,
        "faults": {fault.value: number for fault, number in last.faults.items()},
        "calls": last.usage.calls,
        "tokens": last.usage.tokens,
        "cost_usd": last.usage.cost_usd,
        "outage": last.outage,
        "failing_since": _failing_since(runs),
    }


def summary_lines(summaries: SummaryStore) -> tuple[str, ...]:
    """Return what a person should read: the last run, and what is wrong."""
    runs = summaries.runs(limit=RUNS_LOOKED_AT)
    if not runs:
        return ()
    last = runs[0]
    lines = [f"{last.began_at:%Y-%m-%d %H:%M} {run_text(last, outage=False)}"]
    since = _failing_since(runs)
    if since is not None:
        lines.append(
            f"The summaries fail since {since:%Y-%m-%d %H:%M}: {last.outage}. Mails go out with "
            "sentences of the abstracts. `newsletter doctor` looks at the endpoint."
        )
    return tuple(lines)


def _failing_since(runs: tuple[SummaryRun, ...]) -> datetime | None:
    """Return when the failed runs in a row began that end with the newest; None when it did not."""
    since = None
    for run in runs:
        if not run.outage:
            break
        since = run.began_at
    return since
