"""``newsletter explain``: why a paper is, or is not, in a reader's digest."""

import re
from typing import Annotated

import typer

from newsletter.cli.handle import app_of
from newsletter.cli.options import Json
from newsletter.cli.output import print_json, print_table
from newsletter.cli.readers import find_reader
from newsletter.errors import UsageError
from newsletter.ranking import Explanation, Obstacle

_VERSION = re.compile(r"v\d+$")
_PREFIX = re.compile(r"^(arxiv:|https?://arxiv\.org/(abs|pdf)/)", re.IGNORECASE)

WORDS = {
    Obstacle.WITHDRAWN: "its authors withdrew it",
    Obstacle.CATEGORY: "it is in none of the reader's categories",
    Obstacle.ANNOUNCE_TYPE: "the reader does not want announcements of its type",
    Obstacle.EXCLUDED: "it has a word that the reader excludes",
    Obstacle.SHOWN: "the reader has had it before",
    Obstacle.NO_MATCH: "nothing the reader asks for is in it",
    Obstacle.MIN_SCORE: "it scores below the reader's min_score",
    Obstacle.MAX_PAPERS: "better papers fill the digest",
}


def explain(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(help="An arXiv id.", metavar="PAPER")],
    to: Annotated[str, typer.Option("--to", help="The reader's address.", metavar="EMAIL")],
    json: Json = False,
) -> None:
    """Say why a stored paper is, or is not, chosen for a reader, from the parts of its score.

    \b
    Examples:
      newsletter explain 2611.01234 --to reader@example.org
      newsletter explain arXiv:2611.01234v2 --to reader@example.org --json
    """
    program = app_of(ctx)
    paper_id = _VERSION.sub("", _PREFIX.sub("", paper.strip()))
    with program.open_store() as store:
        reader = find_reader(store.subscribers, to)
        known = store.papers.known_papers([paper_id]).get(paper_id)
        if known is None:
            raise UsageError(f"{paper_id} is not in the store: `newsletter fetch` reads a day")
        explanation = program.job(store).explain(paper_id, known.issue_on, reader)
    if json:
        print_json(_facts(explanation))
        return
    typer.echo(f"{known.title}\n{known.url}\n{_verdict(explanation)}")
    if explanation.score is not None and explanation.score.reasons:
        rows = (
            (each.kind.value, each.term, f"{each.value:+.2f}") for each in explanation.score.reasons
        )
        print_table(("reason", "term", "value"), rows)


def _verdict(explanation: Explanation) -> str:
    score = f"score {explanation.score.value:.2f}" if explanation.score else "no score"
    if explanation.obstacle is None:
        return f"Chosen: rank {explanation.rank}, {score}."
    why = WORDS.get(explanation.obstacle, "it is not among that day's papers")
    term = f" ({explanation.term})" if explanation.term else ""
    return f"Not chosen, {score}: {why}{term}."


def _facts(explanation: Explanation) -> dict[str, object]:
    score = explanation.score
    return {
        "paper": explanation.paper_id,
        "rank": explanation.rank,
        "obstacle": explanation.obstacle.value if explanation.obstacle else None,
        "term": explanation.term,
        "score": score.value if score else None,
        "pinned": score.pinned if score else False,
        "parts": {signal.value: part for signal, part in score.parts.items()} if score else {},
        "reasons": [
            {"kind": each.kind.value, "term": each.term, "value": each.value}
            for each in (score.reasons if score else ())
        ],
    }
