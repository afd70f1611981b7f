"""Which papers a reader considers."""

from newsletter.model import AnnounceType, Paper
from newsletter.ranking.admission import NO_CATEGORY, Gatekeeper, types_by_category
from tests.factories import make_paper

NEW, CROSS, REPLACE = AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE


def cross_listed() -> Paper:
    """Make a paper new in cs.LG, read as a cross-list in cs.AI, and listed in cs.DC unread."""
    return make_paper(
        categories=("cs.LG", "cs.AI", "cs.DC"), announced_in=(("cs.AI", CROSS), ("cs.LG", NEW))
    )


def admitted(paper: Paper, categories: tuple[str, ...], *types: AnnounceType) -> bool:
    return bool(Gatekeeper([paper]).admit(categories, types).admitted[0])


def test_a_paper_met_first_as_a_cross_list_is_still_new() -> None:
    assert admitted(cross_listed(), ("cs.AI", "cs.LG"), NEW)


def test_types_are_those_of_the_readers_own_categories() -> None:
    assert not admitted(cross_listed(), ("cs.AI",), NEW)
    assert admitted(cross_listed(), ("cs.AI",), NEW, CROSS)


def test_a_category_that_was_not_read_counts_as_a_cross_list() -> None:
    assert types_by_category(cross_listed())["cs.DC"] is CROSS
    assert admitted(cross_listed(), ("cs.DC",), CROSS)


def test_an_unread_primary_category_has_the_papers_own_type() -> None:
    paper = make_paper(announce_type=NEW, announced_in=(), categories=("cs.CL", "cs.LG"))
    assert types_by_category(paper) == {"cs.CL": NEW, "cs.LG": CROSS}


def test_other_categories_are_not_considered() -> None:
    assert not admitted(cross_listed(), ("math.CO",), NEW, CROSS, REPLACE)


def test_no_categories_mean_all_of_them() -> None:
    assert admitted(cross_listed(), (), NEW)
    assert not admitted(cross_listed(), (), REPLACE)


def test_withdrawn_papers_are_left_out() -> None:
    paper = make_paper(comment="This paper has been withdrawn by the authors")
    assert not admitted(paper, (), NEW)


def test_home_is_where_a_paper_is_new_before_where_it_is_listed() -> None:
    admission = Gatekeeper([cross_listed()]).admit(("cs.AI", "cs.LG"), (NEW, CROSS))
    assert admission.home.tolist() == [1]


def test_a_paper_in_none_of_the_categories_has_no_home() -> None:
    admission = Gatekeeper([cross_listed()]).admit(("math.CO",), (NEW,))
    assert admission.home.tolist() == [NO_CATEGORY]


def test_no_papers_are_no_trouble() -> None:
    assert Gatekeeper([]).admit(("cs.AI",), (NEW,)).admitted.tolist() == []
