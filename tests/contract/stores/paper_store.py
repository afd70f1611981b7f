"""What every ``PaperStore`` does; each adapter's test inherits it and gives the ``papers``."""

from datetime import UTC, datetime, timedelta

from newsletter.model import AnnounceType, Batch, BatchState, SetAside, SourceName
from newsletter.ports import PaperStore
from tests.factories import DAY, make_paper

YESTERDAY = DAY - timedelta(days=1)


class PaperStoreContract:
    """Tests of the port."""

    many_asked = 40_000

    def test_a_paper_comes_back_as_it_was_with_every_field(self, papers: PaperStore) -> None:
        paper = make_paper(
            id="hep-th/9901001",
            version=3,
            title="中文 > 3x & <b>{{ bold }}</b>",
            title_tex="$\\alpha$",
            abstract="One.\n\nTwo \u202eright to left\u202c \x07.",
            authors=("Ünal Ö.", "O'Neil"),
            announce_type=AnnounceType.CROSS,
            announced_in=(("cs.LG", AnnounceType.CROSS), ("cs.AI", AnnounceType.REPLACE)),
            announced_on=YESTERDAY,
            submitted_at=datetime(2026, 11, 17, 18, 30, tzinfo=UTC),
            comment="Accepted at NeurIPS 2026",
            journal_ref="J. 1",
            doi="10.1/2",
            acceptance="NeurIPS 2026",
            code_url="https://example.org/code",
        )
        papers.save_announcement([paper], [])
        assert papers.known_papers([paper.id]) == {paper.id: paper}

    def test_a_lone_surrogate_does_not_stop_an_announcement(self, papers: PaperStore) -> None:
        papers.save_announcement([make_paper(1, title="half \ud800 pair")], [])
        assert papers.known_papers(["2611.00001"])["2611.00001"].title == "half \ufffd pair"

    def test_saving_a_known_paper_replaces_it(self, papers: PaperStore) -> None:
        papers.save_announcement([make_paper(1)], [])
        papers.save_announcement([make_paper(1, version=2, title="Better")], [])
        (paper,) = papers.papers_between(DAY, DAY)
        assert (paper.version, paper.title) == (2, "Better")

    def test_known_papers_leaves_out_the_unknown_among_any_number(self, papers: PaperStore) -> None:
        papers.save_announcement((make_paper(number) for number in range(1, 701)), [])
        asked = [f"2611.{number:05d}" for number in range(1, self.many_asked, 2)]
        assert set(papers.known_papers(iter(asked))) == set(asked[:350])

    def test_papers_between_includes_both_days_in_order_of_id(self, papers: PaperStore) -> None:
        days = [DAY - timedelta(days=number) for number in range(4)]
        papers.save_announcement(
            [make_paper(number, issue_on=day) for number, day in enumerate(days)], []
        )
        found = papers.papers_between(days[2], days[1])
        assert [paper.id for paper in found] == ["2611.00001", "2611.00002"]

    def test_papers_before_yields_the_newest_first_over_page_ends(self, papers: PaperStore) -> None:
        old, new = YESTERDAY - timedelta(days=1), YESTERDAY
        papers.save_announcement(
            [make_paper(number, issue_on=old if number % 2 else new) for number in range(1300)]
            + [make_paper(9999)],
            [],
        )
        found = list(papers.papers_before(DAY, limit=1200))
        assert [paper.issue_on for paper in found] == [new] * 650 + [old] * 550
        assert len({paper.id for paper in found}) == 1200

    def test_papers_before_allows_writing_while_it_is_read(self, papers: PaperStore) -> None:
        papers.save_announcement(
            [make_paper(number, issue_on=YESTERDAY) for number in range(600)], []
        )
        for number, paper in enumerate(papers.papers_before(DAY, limit=600)):
            if number % 20 == 0:
                papers.save_announcement([paper], [])
        assert len(papers.papers_between(YESTERDAY, YESTERDAY)) == 600

    def test_a_batch_comes_back_as_it_was_and_is_replaced(self, papers: PaperStore) -> None:
        batch = Batch(
            category="cs.LG",
            announced_on=DAY,
            state=BatchState.FRESH,
            expected=12,
            fetched=11,
            unseen=10,
            source=SourceName.LISTING,
            detail="repaired from the listing",
            set_aside=(SetAside(entry="2611.00007", why="no title"),),
        )
        waiting = Batch(category="cs.LG", announced_on=DAY, state=BatchState.WAITING)
        papers.save_announcement([], [waiting])
        papers.save_announcement([], [batch])
        assert papers.batches_between(DAY, DAY) == (batch,)

    def test_batches_are_ordered_by_day_and_category(self, papers: PaperStore) -> None:
        for category, day in (("math.AG", DAY), ("cs.LG", DAY), ("stat.ML", YESTERDAY)):
            batch = Batch(category=category, announced_on=day, state=BatchState.QUIET)
            papers.save_announcement([], [batch])
        found = papers.batches_between(YESTERDAY, DAY)
        assert [batch.category for batch in found] == ["stat.ML", "cs.LG", "math.AG"]

    def test_the_last_issue_day_is_the_newest_of_all_papers(self, papers: PaperStore) -> None:
        assert papers.last_issue_day() is None
        papers.save_announcement([make_paper(1, issue_on=YESTERDAY), make_paper(2)], [])
        assert papers.last_issue_day() == DAY
