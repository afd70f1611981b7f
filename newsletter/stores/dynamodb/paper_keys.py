"""The keys of papers and summaries in MAIN.

::

    P#<paper>   P                                     on which day a paper is
    D#<day>     <paper>                               a paper, by its ``issue_on``
    DAYS        <day>                                 that there are papers of a day, and how many
    ARCHIVE     REVISION                              a number that grows with each change
    BATCHES     <day>#<category>                      a row of the completeness ledger
    SAMPLE      SAMPLE                                days of which the sample has invented papers
    S!<paper>   <version>#<language>                  what summaries there are of it
    SUMMARIES   <instant>#<paper>#<language>#<model>#…  a summary once more, in order of time
    RUNS        <instant>#<token>                     what a run of summaries came to
    GATE        <name>                                the pace of requests to arXiv
"""

from datetime import date
from typing import Final

from newsletter.stores.dynamodb.items import Item
from newsletter.stores.dynamodb.tables import key

DAYS: Final = "DAYS"
BATCHES: Final = "BATCHES"
SUMMARIES: Final = "SUMMARIES"
RUNS: Final = "RUNS"
REVISION: Final = key("ARCHIVE", "REVISION")
SAMPLE: Final = key("SAMPLE", "SAMPLE")


def place_key(paper_id: str) -> Item:
    """Return the key of the note on which day a paper is."""
    return key(f"P#{paper_id}", "P")


def day_pk(day: str) -> str:
    """Return where the papers of a day are."""
    return f"D#{day}"


def paper_key(day: str, paper_id: str) -> Item:
    """Return the key of a paper."""
    return key(day_pk(day), paper_id)


def day_key(day: str) -> Item:
    """Return the key of a day's count."""
    return key(DAYS, day)


def batch_key(day: date, category: str) -> Item:
    """Return the key of a row of the completeness ledger."""
    return key(BATCHES, f"{day.isoformat()}#{category}")


def summaries_key(paper_id: str, version: int, language: str) -> Item:
    """Return the key of all summaries of one version of a paper in one language."""
    return key(f"S!{paper_id}", f"{version}#{language}")
