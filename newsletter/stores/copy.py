"""Copy a whole store to another of any kind, and prove that it is the same.

Copied are papers, batches, summaries and their runs, suppressions, subscribers, the log of
consents, votes, issues and deliveries. Left behind is what lives for hours only: queued notices,
unfinished changes of address, local hours and locks, and events whose word is in the deliveries
and suppressions already.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from newsletter.errors import StoreError
from newsletter.ports import Store
from newsletter.stores.copy_parts import (
    EVERYTHING,
    CopyRows,
    Tally,
    all_days,
    in_portions,
)
from subscribers.errors import SubscriberError


class Copied(NamedTuple):
    """What was copied of one kind: how many, and the hash of all."""

    part: str
    number: int
    sha256: str


class End(NamedTuple):
    """One store of a copy: its ports and its rows."""

    store: Store
    rows: CopyRows


Told = Callable[[str], object]


def copy_store(source: End, target: End, *, tell: Told = lambda _part: None) -> tuple[Copied, ...]:
    """Copy everything, then read both again and compare; nobody may send or subscribe meanwhile.

    Args:
        source: is only read.
        target: must be empty.
        tell: told each part before it is copied.

    Raises:
        StoreError: the target is not empty, or does not have afterwards what the source has.
    """
    _refuse_full(target)
    for part, write in _WRITERS.items():
        tell(part)
        write(source, target)
    return tuple(_verified(part, source, target) for part in _READERS)


def _refuse_full(target: End) -> None:
    has_papers = target.store.papers.last_issue_day() is not None
    has_people = next(iter(target.store.subscribers.list_by_state()), None) is not None
    has_issues = next(iter(target.rows.issues()), None) is not None
    if has_papers or has_people or has_issues:
        raise StoreError("the target of the copy is not empty: copy to a new store")


def _verified(part: str, source: End, target: End) -> Copied:
    tallies = [_tally(_READERS[part](end)) for end in (source, target)]
    if tallies[0] != tallies[1]:
        numbers = " and ".join(str(each.number) for each in tallies)
        raise StoreError(f"the copy differs in {part} ({numbers} records): do not use it")
    return Copied(part, tallies[0].number, tallies[0].sha256)


def _tally(records: Iterable[Any]) -> Tally:
    tally = Tally()
    for record in records:
        tally.add(record)
    return tally


def _papers(end: End) -> Iterator[Any]:
    for day in all_days(end.store.archive):
        yield from end.store.papers.papers_between(day, day)


def _batches(end: End) -> Iterable[Any]:
    return end.store.papers.batches_between(date.min, date.max)


def _summaries(end: End) -> Iterable[Any]:
    for portion in in_portions(_papers(end)):
        for paper in portion:
            yield from end.store.summaries.newest(limit=EVERYTHING, paper_id=paper.id)


def _runs(end: End) -> Iterable[Any]:
    return reversed(end.store.summaries.runs(limit=1_000))


def _suppressions(end: End) -> Iterable[Any]:
    return end.store.suppressions.list_all()


def _subscribers(end: End) -> Iterable[Any]:
    return end.store.subscribers.list_by_state()


def _votes(end: End) -> Iterator[Any]:
    for reader in _subscribers(end):
        yield from end.store.feedback.of_reader(reader.id, limit=EVERYTHING)


def _consents(end: End) -> Iterable[Any]:
    return end.rows.consents()


def _issues(end: End) -> Iterable[Any]:
    return end.rows.issues()


def _mails(end: End) -> Iterator[Any]:
    for kept in end.rows.issues():
        yield from end.rows.mails(kept.issue.id)


def _write_papers(source: End, target: End) -> None:
    for portion in in_portions(_papers(source)):
        target.store.papers.save_announcement(portion, [])


def _write_batches(source: End, target: End) -> None:
    target.store.papers.save_announcement([], _batches(source))


def _write_summaries(source: End, target: End) -> None:
    for portion in in_portions(_summaries(source)):
        target.store.summaries.save(portion)


def _write_runs(source: End, target: End) -> None:
    for run in _runs(source):
        target.store.summaries.add_run(run)


def _write_suppressions(source: End, target: End) -> None:
    target.rows.suppress(_suppressions(source))


def _write_subscribers(source: End, target: End) -> None:
    for portion in in_portions(_subscribers(source)):
        refused: list[SubscriberError] = [
            why for why in target.store.subscribers.add_all(portion) if why is not None
        ]
        if refused:
            raise StoreError(f"{len(refused)} subscribers cannot be copied: {refused[0]}")


def _write_votes(source: End, target: End) -> None:
    for vote in _votes(source):
        target.store.feedback.put(vote)


def _write_consents(source: End, target: End) -> None:
    target.rows.log(source.rows.consents())


def _write_issues(source: End, target: End) -> None:
    for kept in source.rows.issues():
        target.rows.write_issue(kept, source.rows.mails(kept.issue.id))


_WRITERS: Final = {
    "papers": _write_papers,
    "batches": _write_batches,
    "summaries": _write_summaries,
    "runs": _write_runs,
    "suppressions": _write_suppressions,
    "subscribers": _write_subscribers,
    "consents": _write_consents,
    "votes": _write_votes,
    "issues and deliveries": _write_issues,
}
_READERS: Final = {
    "papers": _papers,
    "batches": _batches,
    "summaries": _summaries,
    "runs": _runs,
    "suppressions": _suppressions,
    "subscribers": _subscribers,
    "consents": _consents,
    "votes": _votes,
    "issues": _issues,
    "deliveries": _mails,
}
