"""One paper in several categories is one paper, with all it was called."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import Announcement, AnnounceType, SourceName
from newsletter.sources.announcements import combine, merge, merge_papers
from tests.factories import DAY, make_paper

NEW, CROSS = AnnounceType.NEW, AnnounceType.CROSS


def announcement(category: str, *pairs: tuple[int, AnnounceType]) -> Announcement:
    return Announcement(
        category=category,
        on=DAY,
        source=SourceName.FEED,
        papers=tuple(
            make_paper(
                number,
                announce_type=kind,
                announced_in=((category, kind),),
                categories=("stat.ML", "cs.AI", "cs.LG"),
            )
            for number, kind in pairs
        ),
    )


def test_a_cross_list_met_first_does_not_suppress_the_new_paper() -> None:
    merged = merge([announcement("cs.AI", (1, CROSS)), announcement("cs.LG", (1, NEW), (2, CROSS))])
    assert [(paper.id, paper.announce_type) for paper in merged] == [
        ("2611.00001", NEW),
        ("2611.00002", CROSS),
    ]
    assert merged[0].announced_in == (("cs.LG", NEW), ("cs.AI", CROSS))
    assert merged[0].categories == ("cs.LG", "stat.ML", "cs.AI")


def test_the_weaker_one_fills_in_what_is_missing() -> None:
    weak = make_paper(1, announce_type=CROSS, comment="Accepted", version=2, doi="10.1/x")
    strong = make_paper(1, announce_type=NEW, authors=())
    joined = combine(weak, strong)
    assert (joined.announce_type, joined.comment, joined.doi) == (NEW, "Accepted", "10.1/x")
    assert joined.authors == weak.authors
    assert joined.version == 2


@given(st.permutations(list(AnnounceType)))
def test_the_strongest_type_wins_in_every_order(kinds: list[AnnounceType]) -> None:
    each = [
        make_paper(1, announce_type=kind, announced_in=((f"cs.{number}", kind),))
        for number, kind in enumerate(kinds)
    ]
    (merged,) = merge_papers(each)
    assert merged.announce_type is NEW
    assert len(merged.announced_in) == 4
    assert merged.announced_in[0][1] in {NEW, AnnounceType.REPLACE}


def test_the_same_category_twice_keeps_the_stronger_type() -> None:
    twice = [make_paper(1, announce_type=kind) for kind in (CROSS, NEW)]
    assert merge_papers(twice)[0].announced_in == (("cs.LG", NEW),)


def test_combining_a_paper_with_itself_changes_nothing() -> None:
    paper = make_paper(1, comment="c")
    assert combine(paper, replace(paper)) == paper
