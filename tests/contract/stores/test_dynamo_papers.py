"""DynamoDB keeps the contracts of papers, archive and summaries."""

from datetime import timedelta

import pytest

from newsletter.errors import StoreError
from newsletter.model import Batch, BatchState, SourceName
from newsletter.ports import Archive, PaperStore, SummaryStore
from newsletter.stores.dynamodb.actions import put
from newsletter.stores.dynamodb.archive import SEARCHED_DAYS, DynamoArchive
from newsletter.stores.dynamodb.client import Dynamo
from newsletter.stores.dynamodb.paper_keys import paper_key
from newsletter.stores.dynamodb.papers import DynamoPapers
from newsletter.stores.dynamodb.summaries import DynamoSummaries
from tests.contract.stores.archive import ArchiveContract, ids
from tests.contract.stores.conftest import Tables
from tests.contract.stores.paper_store import YESTERDAY, PaperStoreContract
from tests.contract.stores.summary_store import SummaryStoreContract
from tests.factories import DAY, make_paper
from tests.servers.moto_server import MotoServer


@pytest.fixture
def papers(dynamo: Dynamo, tables: Tables) -> DynamoPapers:
    return DynamoPapers(dynamo, tables.main)


@pytest.fixture
def archive(dynamo: Dynamo, tables: Tables, papers: DynamoPapers) -> Archive:
    return DynamoArchive(dynamo, tables.main, papers)


@pytest.fixture
def summaries(dynamo: Dynamo, tables: Tables) -> SummaryStore:
    return DynamoSummaries(dynamo, tables.main)


class TestDynamoPapers(PaperStoreContract):
    """``DynamoPapers`` is a ``PaperStore``."""

    many_asked = 4_000  # 20 requests


class TestDynamoArchive(ArchiveContract):
    """``DynamoArchive`` is an ``Archive``."""

    def test_a_search_goes_back_some_weeks_and_says_so(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        days = [DAY - timedelta(days=number) for number in range(SEARCHED_DAYS + 1)]
        papers.save_announcement([make_paper(n, issue_on=on) for n, on in enumerate(days)], [])
        found = archive.search("sparse", limit=50)
        assert (found.total, found.is_more) == (SEARCHED_DAYS, True)
        assert "2611.00015" not in ids(archive, "sparse")


class TestDynamoSummaries(SummaryStoreContract):
    """``DynamoSummaries`` is a ``SummaryStore``."""

    many = 230  # three requests


def _batch(on: object, source: SourceName) -> Batch:
    return Batch(category="cs.LG", announced_on=on, state=BatchState.FRESH, source=source)  # type: ignore[arg-type] # a day


def test_a_real_announcement_takes_the_sample_out(papers: DynamoPapers) -> None:
    invented = [make_paper(1, issue_on=YESTERDAY), make_paper(2)]
    days = (YESTERDAY, DAY)
    papers.save_announcement(invented, [_batch(on, SourceName.SAMPLE) for on in days])
    papers.save_announcement([make_paper(3)], [_batch(DAY, SourceName.FEED)])
    assert [each.id for each in papers.papers_between(*days)] == ["2611.00003"]
    assert papers.batches_between(*days) == (_batch(DAY, SourceName.FEED),)
    assert papers.known_papers(["2611.00001"]) == {}


def test_a_paper_that_moves_to_another_day_is_on_one(
    papers: DynamoPapers, archive: Archive
) -> None:
    papers.save_announcement([make_paper(1, issue_on=YESTERDAY)], [])
    papers.save_announcement([make_paper(1)], [])
    assert [paper.issue_on for paper in papers.papers_between(YESTERDAY, DAY)] == [DAY]
    assert [day.on for day in archive.days(limit=9)] == [DAY]


def test_papers_are_saved_though_a_reply_is_lost_or_a_transaction_met_another(
    papers: DynamoPapers, archive: Archive, moto_server: MotoServer
) -> None:
    moto_server.fail("TransactWriteItems", "conflict", "lost")
    papers.save_announcement([make_paper(1)], [])
    assert [each.papers for each in archive.days(limit=9)] == [1]


def test_a_damaged_paper_is_told(papers: DynamoPapers, dynamo: Dynamo, tables: Tables) -> None:
    papers.save_announcement([make_paper(1)], [])
    broken = put(tables.main, paper_key(DAY.isoformat(), "2611.00001"), {"paper": b"x"})
    dynamo.write(broken)
    with pytest.raises(StoreError, match=r"the paper 2611\.00001"):
        papers.papers_between(DAY, DAY)
