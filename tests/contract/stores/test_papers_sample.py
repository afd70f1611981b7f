"""What the sample invented leaves the store when anything real is written."""

from datetime import date
from pathlib import Path

from newsletter.model import Batch, BatchState, SourceName
from newsletter.stores.sqlite.store import open_store
from tests.factories import DAY, make_paper

BEFORE = date(2026, 11, 19)


def _batch(on: date, source: SourceName) -> Batch:
    return Batch(category="cs.LG", announced_on=on, state=BatchState.FRESH, source=source)


def test_a_real_announcement_takes_the_sample_out(tmp_path: Path) -> None:
    with open_store(tmp_path / "newsletter.db", address_key=b"k" * 16) as store:
        invented = [make_paper(1, issue_on=BEFORE), make_paper(2)]
        store.papers.save_announcement(
            invented, [_batch(BEFORE, SourceName.SAMPLE), _batch(DAY, SourceName.SAMPLE)]
        )
        assert len(store.papers.papers_between(BEFORE, DAY)) == 2
        store.papers.save_announcement([make_paper(3)], [_batch(DAY, SourceName.FEED)])
        assert [each.id for each in store.papers.papers_between(BEFORE, DAY)] == ["2611.00003"]
        assert store.papers.batches_between(BEFORE, DAY) == (_batch(DAY, SourceName.FEED),)


def test_real_papers_stay_when_the_sample_is_written(tmp_path: Path) -> None:
    with open_store(tmp_path / "newsletter.db", address_key=b"k" * 16) as store:
        store.papers.save_announcement([make_paper(1)], [_batch(BEFORE, SourceName.FEED)])
        store.papers.save_announcement([make_paper(2)], [_batch(DAY, SourceName.SAMPLE)])
        assert len(store.papers.papers_between(BEFORE, DAY)) == 2
