"""What public pages are made from follows the archive, and nobody waits for it twice."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.bootstrap import App
from newsletter.errors import StoreError
from newsletter.ranking import RankingMethod
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web.snapshot import Snapshot
from newsletter.web.snapshots import CHECK_EVERY_S, Snapshots
from tests.factories import DAY, NOW, make_interests, make_paper


def snapshot(
    program: App, store: SqliteStore, method: RankingMethod = RankingMethod.BM25
) -> Snapshot:
    return Snapshot(store, house=program.house, method=method, made_at=NOW, now_s=lambda: 0.0)


class Keeper:
    """Snapshots with a clock that is set by hand."""

    def __init__(self, program: App, store: SqliteStore) -> None:
        self.now_s = 0.0
        self.made = 0
        self.revision: Callable[[], str] = store.archive.revision
        self._program, self._store = program, store
        self.snapshots = Snapshots(
            self._make, revision=self._read_revision, now_s=lambda: self.now_s
        )

    def _read_revision(self) -> str:
        return self.revision()

    def _make(self) -> Snapshot:
        self.made += 1
        return snapshot(self._program, self._store)

    def wait(self) -> None:
        """Return when what was begun is done."""
        check = self.snapshots._check
        assert check is not None
        check.result(timeout=30)

    def ask(self, times: int = 1) -> list[Snapshot]:
        async def all_at_once() -> list[Snapshot]:
            return [*await asyncio.gather(*(self.snapshots.current() for _ in range(times)))]

        return asyncio.run(all_at_once())


@pytest.fixture
def keeper(program: App, store: SqliteStore) -> Keeper:
    return Keeper(program, store)


def test_the_first_visitors_share_one_snapshot(keeper: Keeper) -> None:
    assert len(set(map(id, keeper.ask(8)))) == 1
    assert keeper.made == 1


def test_a_change_is_seen_after_a_second_and_not_waited_for(
    keeper: Keeper, store: SqliteStore
) -> None:
    (old,) = keeper.ask()
    store.papers.save_announcement([make_paper()], [])
    assert keeper.ask() == [old]
    keeper.now_s = CHECK_EVERY_S
    assert keeper.ask() == [old]
    keeper.wait()
    (new,) = keeper.ask()
    assert new.latest_on == DAY
    assert keeper.made == 2


def test_while_the_database_cannot_be_read_the_old_snapshot_stays(keeper: Keeper) -> None:
    (old,) = keeper.ask()

    def broken() -> str:
        raise StoreError("gone")

    keeper.revision = broken
    keeper.now_s = CHECK_EVERY_S
    keeper.ask()
    keeper.wait()
    assert keeper.ask() == [old]


def test_an_issue_is_what_the_job_exports(program: App, store: SqliteStore) -> None:
    older = DAY - timedelta(days=1)
    titles = ("sparse attention", "dense", "sparse attention sparse attention", "other")
    papers = [
        make_paper(n, title=f"{titles[n % 4]} {n}", issue_on=DAY if n > 9 else older)
        for n in range(20)
    ]
    store.papers.save_announcement(papers, [])
    seen = snapshot(program, store)
    for on in (DAY, older):
        exported = program.job(store).house_issue(on, program.house, limit=0)
        assert seen.issue(on).entries == exported.entries
        assert seen.issue(on).issue.announced == exported.issue.announced


def test_the_plain_rule_ranks_the_pages_where_it_is_set(program: App, store: SqliteStore) -> None:
    store.papers.save_announcement([make_paper(title="Sparser attentiveness")], [])
    wish = make_interests("attent")
    plain = snapshot(program, store, RankingMethod.SUBSTRING)
    assert len(plain.rank(wish, on=DAY).top) == 1
    assert snapshot(program, store).rank(wish, on=DAY).top == ()


def test_an_empty_archive_has_an_empty_snapshot(program: App, store: SqliteStore) -> None:
    empty = snapshot(program, store)
    assert empty.latest_on is None
    assert empty.count_keywords(make_interests("x")) is None
    assert empty.rank(make_interests("x"), on=DAY).top == ()
