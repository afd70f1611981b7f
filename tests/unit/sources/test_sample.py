"""The sample announces what a newcomer sees first, and every awkward case."""

import re
from datetime import date

import pytest

from newsletter.errors import MalformedAnnouncementError
from newsletter.model import AnnounceType, Paper, SourceName
from newsletter.sources.sample import INVENTED, SampleSource

DAY_1, DAY_2 = SampleSource.days
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def papers_on(on: date) -> dict[str, Paper]:
    """All papers of one day by id, each as its last category announces it."""
    source = SampleSource()
    return {
        paper.id: paper
        for category in source.categories
        for paper in source.read(category, on).papers
    }


@pytest.fixture(scope="module")
def everything() -> list[Paper]:
    return [*papers_on(DAY_1).values(), *papers_on(DAY_2).values()]


@pytest.fixture(scope="module")
def latest() -> dict[str, Paper]:
    return papers_on(DAY_2)


def test_about_sixty_papers_over_two_days(everything: list[Paper]) -> None:
    assert 55 <= len({paper.id for paper in everything}) <= 65
    assert SampleSource.latest_on == DAY_2 == date(2026, 11, 20)
    assert date(2026, 11, 19) == DAY_1


def test_every_paper_says_that_it_is_invented(everything: list[Paper]) -> None:
    assert all(paper.comment and INVENTED in paper.comment for paper in everything)


def test_ids_are_out_of_arxivs_reach(everything: list[Paper]) -> None:
    assert all(re.fullmatch(r"2611\.90\d{3}|cs/99000\d\d", paper.id) for paper in everything)


def test_each_category_has_papers_on_both_days() -> None:
    source = SampleSource()
    for on in source.days:
        for category in source.categories:
            announcement = source.read(category, on)
            assert len(announcement.papers) >= 8
            assert announcement.source is SourceName.SAMPLE
            read = len(announcement.papers) + len(announcement.set_aside)
            assert announcement.stated_count == read
            assert announcement.stated_on == on


def test_other_days_are_empty() -> None:
    announcement = SampleSource().read("cs.LG", date(2026, 11, 21))
    assert announcement.papers == ()
    assert announcement.stated_count == 0


def test_a_category_outside_the_sample_is_refused_by_name() -> None:
    with pytest.raises(MalformedAnnouncementError, match=r"no cs\.RO; it has cs\.AI, cs\.CL"):
        SampleSource().read("cs.RO", DAY_2)


def test_reading_twice_gives_the_same() -> None:
    source = SampleSource()
    assert source.read("cs.CL", DAY_2) == source.read("cs.CL", DAY_2)


def test_the_bad_entry_is_set_aside_and_the_rest_stands() -> None:
    announcement = SampleSource().read("cs.LG", DAY_2)
    assert [aside.entry for aside in announcement.set_aside] == ["2611.9002X"]
    assert len(announcement.papers) > 15


def test_all_announce_types_occur(everything: list[Paper]) -> None:
    types = {paper.announce_type for paper in everything}
    assert types == set(AnnounceType)


def test_categories_start_with_the_primary() -> None:
    source = SampleSource()
    for category in source.categories:
        for paper in source.read(category, DAY_2).papers:
            is_primary = paper.announce_type in (AnnounceType.NEW, AnnounceType.REPLACE)
            assert (paper.categories[0] == category) is is_primary


def test_abstracts_are_good_to_read(everything: list[Paper]) -> None:
    words = [len(paper.abstract.split()) for paper in everything]
    assert sum(80 <= count <= 180 for count in words) >= 55
    assert sum("\n\n" in paper.abstract for paper in everything) >= 40


def test_titles_and_abstracts_have_no_tex_or_control_characters(everything: list[Paper]) -> None:
    for paper in everything:
        for text in (paper.title, paper.abstract, paper.comment or "", *paper.authors):
            assert CONTROL.search(text) is None
            assert "\\" not in text


def test_one_paper_comes_in_three_categories() -> None:
    source = SampleSource()
    kinds = [
        paper.announce_type
        for category in source.categories
        for paper in source.read(category, DAY_2).papers
        if paper.id == "2611.90004"
    ]
    assert sorted(kinds) == ["cross", "cross", "new"]


def test_one_new_paper_of_the_first_day_is_listed_again_on_the_second() -> None:
    again = papers_on(DAY_1).keys() & papers_on(DAY_2).keys()
    assert again == {"2611.90061", "2611.90027"}
    assert papers_on(DAY_2)["2611.90061"].version == 1
    assert papers_on(DAY_2)["2611.90027"].version == 2


@pytest.mark.parametrize(
    ("paper_id", "part"),
    [
        ("2611.90002", "L³: Latency"),
        ("2611.90008", "0"),
        ("2611.90009", "{{ user.name }}, {% raw %}"),
        ("2611.90010", "a < b the Same Fact as b > a? Order & Asymmetry"),
        ("2611.90011", "中文 > 3x"),
        ("2611.90012", "שלום or سلام"),
        ("2611.90013", "🧊"),
        ("2611.90019", "$5, Selling at $10"),
        ("2611.90021", "“Please” and “Thank You”"),
        ("2611.90022", "Gradient Descent in a Noisy Room: Learning"),
        ("2611.90023", "19%"),
        ("cs/9900001", "Reading Lists"),
    ],
)
def test_awkward_titles_come_out_right(latest: dict[str, Paper], paper_id: str, part: str) -> None:
    assert part in latest[paper_id].title


def test_raw_tex_is_kept_beside(latest: dict[str, Paper]) -> None:
    assert latest["2611.90002"].title_tex.startswith("$L^3$")
    assert r"\tau" in latest["2611.90002"].abstract_tex


def test_a_title_may_be_very_long_and_an_abstract_very_short(latest: dict[str, Paper]) -> None:
    assert max(len(paper.title) for paper in latest.values()) > 250
    assert min(len(paper.abstract) for paper in latest.values()) < 100


def test_a_collaboration_has_more_than_300_distinct_authors(latest: dict[str, Paper]) -> None:
    authors = latest["2611.90014"].authors
    assert authors[:2] == ("The VIGIL Collaboration", "Anneliese Grubhofer")
    assert len(set(authors)) == len(authors) == 313


def test_affiliations_are_dropped_and_accents_resolved(latest: dict[str, Paper]) -> None:
    expected = ("René Marchetti-Vogt", "Ágata Szőllősy-Braun", "Björn Åkerlund")
    assert latest["2611.90015"].authors == expected


def test_a_withdrawn_paper_says_so(everything: list[Paper]) -> None:
    assert [paper.id for paper in everything if paper.withdrawn] == ["2611.90016"]


def test_free_metadata_is_found(latest: dict[str, Paper]) -> None:
    larder = latest["2611.90001"]
    assert larder.acceptance == "MLSys 2027"
    assert larder.code_url == "https://github.com/invented-for-the-sample/larder"
    assert sum(paper.acceptance is not None for paper in latest.values()) >= 10
    assert "https://www.example.org/~ximena/lunch" in latest["2611.90020"].abstract
