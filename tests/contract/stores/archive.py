"""What every ``Archive`` does; an adapter's test inherits it, gives ``archive`` and ``papers``."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.ports import Archive, ArchiveDay, PaperStore
from tests.factories import DAY, make_paper


def ids(archive: Archive, text: str, *, offset: int = 0, limit: int = 50) -> list[str]:
    found = archive.search(text, offset=offset, limit=limit)
    return [paper.id for paper in found.papers]


class ArchiveContract:
    """Tests of the port."""

    def test_days_are_counted_newest_first_page_by_page(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        days = [DAY - timedelta(days=number) for number in range(3)]
        papers.save_announcement(
            [make_paper(number, issue_on=days[number % 3]) for number in range(7)], []
        )
        first = archive.days(limit=2)
        assert first == (ArchiveDay(days[0], 3), ArchiveDay(days[1], 2))
        assert archive.days(before=first[-1].on, limit=2) == (ArchiveDay(days[2], 2),)

    def test_the_next_day_with_papers_is_known(self, archive: Archive, papers: PaperStore) -> None:
        papers.save_announcement([make_paper(1), make_paper(2, issue_on=DAY - timedelta(9))], [])
        assert archive.day_after(DAY - timedelta(days=9)) == DAY
        assert archive.day_after(DAY) is None

    def test_an_empty_archive_has_nothing(self, archive: Archive) -> None:
        assert archive.days(limit=10) == ()
        assert ids(archive, "anything") == []

    def test_every_word_must_be_there_in_any_form_of_it(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        papers.save_announcement(
            [
                make_paper(1, title="Sparse attentions", abstract="on CPUs"),
                make_paper(2, title="Dense attention", abstract="and sparsity, on CPUs"),
                make_paper(3, title="Weather", abstract="", authors=("Zoë Müller",)),
            ],
            [],
        )
        assert ids(archive, "attention CPU") == ["2611.00002", "2611.00001"]
        assert ids(archive, "dense atten") == ["2611.00002"]
        assert ids(archive, "muller zoe") == ["2611.00003"]
        assert ids(archive, "attention weather") == []

    def test_found_papers_come_newest_first_and_page_by_page(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        papers.save_announcement(
            [make_paper(n, issue_on=DAY - timedelta(days=n % 2)) for n in range(5)], []
        )
        order = ["2611.00004", "2611.00002", "2611.00000", "2611.00003", "2611.00001"]
        assert ids(archive, "sparse", limit=3) == order[:3]
        assert ids(archive, "sparse", offset=3, limit=3) == order[3:]
        assert archive.search("sparse", limit=1).total == 5

    def test_a_replaced_paper_is_found_by_its_new_words_only(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        papers.save_announcement([make_paper(1, title="Old words")], [])
        papers.save_announcement([make_paper(1, title="New words")], [])
        assert (ids(archive, "old"), ids(archive, "new")) == ([], ["2611.00001"])
        assert archive.days(limit=1) == (ArchiveDay(DAY, 1),)

    def test_the_revision_changes_with_each_paper_and_with_nothing_else(
        self, archive: Archive, papers: PaperStore
    ) -> None:
        seen = [archive.revision()]
        for title in ("one", "two", "two"):
            papers.save_announcement([make_paper(1, title=title)], [])
            seen.append(archive.revision())
        papers.save_announcement([], [])
        assert len(set(seen)) == 4
        assert archive.revision() == seen[-1]

    # One contract for several stores: the same test runs in a class for each of them.
    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    @given(text=st.text(max_size=60))
    def test_any_text_may_be_searched_for(self, archive: Archive, text: str) -> None:
        assert archive.search(text, limit=3).papers == ()

    @pytest.mark.parametrize("text", ['"', "a OR b", "NEAR(", "title:x", "x*", "-x", "\x00", "^"])
    def test_the_language_of_the_index_is_not_spoken(self, archive: Archive, text: str) -> None:
        assert archive.search(text, limit=3).total == 0
