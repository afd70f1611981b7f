"""``newsletter summaries``: what is in the store, and making it anew."""

from typing import Annotated

import typer

from newsletter.bootstrap import App
from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import note, print_json, print_json_list, print_table
from newsletter.cli.summarising import run_text, usage_facts
from newsletter.errors import UsageError
from newsletter.model import Paper, Summary, SummaryRun
from newsletter.ports import Store
from newsletter.summaries.wanted import Wanted

COLUMNS = ("paper", "language", "origin", "model", "made at", "fault", "tokens", "tl;dr")
COUNTS = ("language", "model", "outcome", "summaries", "calls", "tokens in", "tokens out", "usd")
RUNS = ("began at", "model", "wanted", "known", "kept", "extracted", "calls", "seconds", "outage")
MAX_TLDR = 60
RUNS_SHOWN = 10

app = typer.Typer(no_args_is_help=True)
PaperArgument = Annotated[str, typer.Argument(help="A paper's arXiv id.", metavar="PAPER")]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="Only in this language.", metavar="TAG")
]


@app.callback()
def _group() -> None:
    """Show the summaries, and make them anew.

    \b
    Examples:
      newsletter summaries list
      newsletter summaries redo 2611.01234
    """


@app.command("list")
def list_(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    json: Json = False,
) -> None:
    """List the newest summaries.

    \b
    Examples:
      newsletter summaries list
      newsletter summaries list --limit 500 --json
    """
    with app_of(ctx).open_store() as store:
        found = store.summaries.newest(limit=limit)
    if json:
        print_json_list(map(summary_facts, found))
    else:
        print_table(COLUMNS, map(_cells, found))


@app.command()
def show(
    ctx: typer.Context, paper: PaperArgument, language: LanguageOption = None, json: Json = False
) -> None:
    """Show a paper's summaries whole.

    \b
    Examples:
      newsletter summaries show 2611.01234
      newsletter summaries show 2611.01234 --language en --json
    """
    program = app_of(ctx)
    with program.open_store() as store:
        tag = program.shelf(store).language(language) if language else None
        found = _of_paper(store, paper, tag)
    if json:
        print_json([summary_facts(each) for each in found])
        return
    for each in found:
        note(f"{each.key.language}, {_origin(each)}, {each.made_at:%Y-%m-%d %H:%M}")
        typer.echo(f"{each.text.tldr}\n\n{each.text.markdown}\n")


@app.command()
def redo(
    ctx: typer.Context, paper: PaperArgument, language: LanguageOption = None, json: Json = False
) -> None:
    """Forget a paper's summaries and make them anew, in the languages they were in.

    \b
    Examples:
      newsletter summaries redo 2611.01234
      newsletter summaries redo 2611.01234 --language zh-Hans
    """
    program = app_of(ctx)
    with program.open_store() as store:
        tag = program.shelf(store).language(language) if language else None
        run = _redo(program, store, _paper(store, paper), tag)
    if json:
        print_json(run)
    else:
        typer.echo(run_text(run))


@app.command()
def stats(ctx: typer.Context, json: Json = False) -> None:
    """Count the summaries, what they consumed, and what the last runs came to.

    \b
    Examples:
      newsletter summaries stats
      newsletter summaries stats --json
    """
    with app_of(ctx).open_store() as store:
        counts, runs = store.summaries.count(), store.summaries.runs(limit=RUNS_SHOWN)
    rows = [
        (*key, number, usage.calls, usage.tokens_in, usage.tokens_out, usage.cost_usd)
        for key, (number, usage) in counts.items()
    ]
    if json:
        named = [dict(zip(COUNTS, row, strict=True)) for row in rows]
        print_json({"summaries": named, "runs": runs})
        return
    print_table(COUNTS, rows)
    typer.echo()
    print_table(RUNS, map(_run_cells, runs))


def summary_facts(summary: Summary) -> dict[str, object]:
    """Return a summary by the names of its parts."""
    return {
        "paper": summary.paper_id,
        "version": summary.key.version,
        "language": summary.key.language,
        "origin": summary.origin.value,
        "model": summary.key.model,
        "prompt_hash": summary.key.prompt_hash,
        "made_at": summary.made_at,
        "fault": summary.fault.value if summary.fault else None,
        "why": summary.why,
        **usage_facts(summary.usage),
        "text": summary.text,
    }


def _redo(program: App, store: Store, paper: Paper, language: str | None) -> SummaryRun:
    before = store.summaries.newest(limit=1000, paper_id=paper.id)
    languages = {each.key.language for each in before} or {program.house.language}
    chosen = {language} if language else languages
    for each in chosen:
        store.summaries.forget(paper.id, language=each)
    wanted = [Wanted(paper=paper, language=each) for each in sorted(chosen)]
    among = store.papers.papers_between(paper.issue_on, paper.issue_on)
    with program.summary_desk(store) as desk:
        return desk.run(wanted, among=among)


def _paper(store: Store, paper_id: str) -> Paper:
    paper = store.papers.known_papers([paper_id]).get(paper_id)
    if paper is None:
        raise UsageError(f"there is no paper {paper_id} in the store: write its id without version")
    return paper


def _of_paper(store: Store, paper_id: str, language: str | None) -> tuple[Summary, ...]:
    found = store.summaries.newest(limit=1000, paper_id=paper_id)
    shown = tuple(each for each in found if language in {None, each.key.language})
    if not shown:
        raise UsageError(f"there is no summary of {paper_id}: `newsletter summaries list`")
    return shown


def _cells(summary: Summary) -> tuple[object, ...]:
    tldr = summary.text.tldr
    return (
        f"{summary.paper_id}v{summary.key.version}",
        summary.key.language,
        summary.origin.value,
        summary.key.model,
        summary.made_at,
        f"{summary.fault}: {summary.why}" if summary.fault else None,
        summary.usage.tokens,
        tldr if len(tldr) <= MAX_TLDR else tldr[: MAX_TLDR - 1] + "…",
    )


def _run_cells(run: SummaryRun) -> tuple[object, ...]:
    return (
        run.began_at,
        run.model,
        run.wanted,
        run.known,
        run.kept,
        run.extracted,
        run.usage.calls,
        f"{run.seconds:.1f}",
        run.outage,
    )


def _origin(summary: Summary) -> str:
    why = f" ({summary.fault}: {summary.why})" if summary.fault else ""
    return f"by {summary.author}" if summary.author else f"sentences of the abstract{why}"
