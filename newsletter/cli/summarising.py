"""The summaries of planned issues, from a terminal: what they would cost, and making them."""

from collections.abc import Mapping, Sequence
from datetime import date

from newsletter.bootstrap import App
from newsletter.choosing import Readers
from newsletter.cli.output import note
from newsletter.cli.progress import progress
from newsletter.model import Issue, SummaryEstimate, SummaryOrigin, SummaryRun, Usage
from newsletter.ports import Store
from newsletter.summaries.wanted import Wanted


def wanted_of(
    program: App,
    store: Store,
    issues: Sequence[Issue],
    readers: Readers,
    *,
    with_house: bool = True,
    days: Sequence[date] = (),
) -> tuple[Wanted, ...]:
    """Return what is to be summarised for these issues, most read first."""
    return program.job(store).wanted(
        issues,
        readers,
        language=program.shelf(store).language,
        house=program.house if with_house else None,
        days=days,
    )


def summarise_issues(
    program: App,
    store: Store,
    issues: Sequence[Issue],
    readers: Readers,
    *,
    with_house: bool = True,
) -> None:
    """Make the summaries of what is about to be sent; say so when the model fails.

    ``with_house`` also those of the public pages, the feeds and the export.
    """
    wanted = wanted_of(program, store, issues, readers, with_house=with_house)
    with program.summary_desk(store) as desk:
        estimate = desk.estimate(wanted)
        if estimate.to_ask or estimate.over_budget:
            note(estimate_text(estimate))
        with progress("Summarising", total=len(wanted) - estimate.known) as advance:
            run = program.job(store).summarise(
                wanted,
                issues,
                desk=desk,
                on_progress=lambda summary: advance(summary.paper_id),
            )
    if run.faults:
        note(run_text(run))


def show_dry_summaries(
    program: App, store: Store, issues: Sequence[Issue], readers: Readers
) -> SummaryEstimate:
    """Make the summaries that cost nothing in a scratch store; say what the others would cost."""
    wanted = wanted_of(program, store, issues, readers, with_house=False)
    with program.summary_desk(store) as desk:
        estimate = desk.estimate(wanted)
        if desk.summarizer.origin is SummaryOrigin.EXTRACTIVE:
            program.job(store).summarise(wanted, issues, desk=desk)
        else:
            desk.extract(wanted)
    if estimate.to_ask or estimate.over_budget:
        note(estimate_text(estimate) + " Nothing was asked: `newsletter summarize` does it now.")
    return estimate


def estimate_text(estimate: SummaryEstimate) -> str:
    """Say what a run would consume."""
    over = f", {estimate.over_budget} over the limits" if estimate.over_budget else ""
    usage = f": about {usage_text(estimate.usage)}" if estimate.to_ask else ""
    return (
        f"Summaries: {estimate.wanted} wanted, {estimate.known} there, {estimate.to_ask} to ask "
        f"{estimate.model}{over}{usage}."
    )


def run_text(run: SummaryRun, *, outage: bool = True) -> str:
    """Say what a run came to, and with ``outage`` why the endpoint failed."""
    parts = [
        f"{run.wanted} wanted",
        f"{run.known} were there" if run.known else "",
        f"{run.kept} by {run.model}" if run.kept else "",
        f"{run.extracted} extracted" if run.extracted else "",
        usage_text(run.usage) if run.usage.calls else "",
    ]
    faults = ", ".join(f"{number} {fault}" for fault, number in run.faults.items())
    text = f"Summaries: {', '.join(filter(None, parts))}."
    if faults:
        text += f" Not by the model: {faults}; `newsletter summaries list` says why."
    return f"{text} {run.outage}" if run.outage and outage else text


def usage_text(usage: Usage) -> str:
    """Say what calls consume."""
    cost = "no price set" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    return f"{usage.calls} calls, {usage.tokens_in:,} + {usage.tokens_out:,} tokens, {cost}"


def usage_facts(usage: Usage) -> Mapping[str, object]:
    """Return what calls consume by name."""
    return {
        "calls": usage.calls,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "cost_usd": usage.cost_usd,
    }
