"""What every source promises, run against each one over real HTTP, and the sample."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from newsletter.errors import SourceError, SourceUnavailableError
from newsletter.model import AnnounceType, SourceName
from newsletter.ports import Source
from newsletter.sources.arxiv_feed import FeedSource
from newsletter.sources.arxiv_listing import ListingSource
from newsletter.sources.arxiv_search import SearchSource
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.http import ArxivHttp
from newsletter.sources.sample import SampleSource
from tests.servers.fake_arxiv import Answer, FakeArxiv
from tests.servers.fake_arxiv_days import Record
from tests.servers.paced import patient_http

ON = date(2026, 11, 19)
RECORDS = (
    Record(
        id="2611.00001",
        title="L$^3$: Large & <Small>",
        abstract="One, 50% of it.\n  Two.",
        authors="Ada Example, Ben Beispiel",
        categories=("cs.LG", "cs.AI"),
        types=(("cs.LG", "new"), ("cs.AI", "cross")),
    ),
    Record(
        id="2611.00002",
        version=2,
        title="0",
        abstract="Nothing.",
        authors="Cy Zero",
        categories=("cs.AI", "cs.LG"),
        types=(("cs.LG", "cross"), ("cs.AI", "new")),
    ),
)


@dataclass(frozen=True)
class Offer:
    """A source, with a category and day that it has."""

    source: Source
    category: str
    on: date


def make_source(name: SourceName, fake: FakeArxiv, http: ArxivHttp) -> Source:
    calendar = AnnouncementCalendar()
    match name:
        case SourceName.FEED:
            return FeedSource(http, feed_url=fake.feed_url)
        case SourceName.LISTING:
            return ListingSource(http, listing_url=fake.listing_url)
        case SourceName.SEARCH:
            return SearchSource(http, calendar=calendar, search_url=fake.search_url)
        case SourceName.SAMPLE:
            return SampleSource()


@pytest.fixture
def fake() -> Iterator[FakeArxiv]:
    with FakeArxiv() as server:
        server.announce(ON, RECORDS)
        yield server


@pytest.fixture(params=list(SourceName))
def offer(request: pytest.FixtureRequest, fake: FakeArxiv) -> Iterator[Offer]:
    with patient_http() as http:
        on = SampleSource.latest_on if request.param is SourceName.SAMPLE else ON
        source = make_source(request.param, fake, http)
        assert source.name is request.param
        yield Offer(source=source, category="cs.LG", on=on)


class TestSource:
    """Every source."""

    def test_an_announcement_is_what_was_asked_for(self, offer: Offer) -> None:
        found = offer.source.read(offer.category, offer.on)
        assert (found.category, found.on, found.source) == (
            offer.category,
            offer.on,
            offer.source.name,
        )
        assert found.papers
        assert found.stated_on in {None, offer.on}
        assert found.stated_count in {None, len(found.papers) + len(found.set_aside)}

    def test_papers_are_announced_in_this_category_on_this_day(self, offer: Offer) -> None:
        for paper in offer.source.read(offer.category, offer.on).papers:
            assert paper.announced_in == ((offer.category, paper.announce_type),)
            assert paper.announced_on == paper.issue_on == offer.on
            assert not paper.late
            assert "v" not in paper.id
            if paper.announce_type is AnnounceType.NEW:
                assert paper.categories[0] == offer.category

    def test_text_is_resolved_and_kept_as_written(self, offer: Offer) -> None:
        for paper in offer.source.read(offer.category, offer.on).papers:
            assert paper.title == " ".join(paper.title.split()) != ""
            assert "\x00" not in paper.title + paper.abstract
            assert paper.title_tex
            assert paper.abstract.count("\n\n") == paper.abstract_tex.count("\n\n")
            assert "\n" not in paper.abstract.replace("\n\n", "")

    def test_reading_twice_gives_the_same(self, offer: Offer) -> None:
        first = offer.source.read(offer.category, offer.on)
        assert offer.source.read(offer.category, offer.on) == first


ARXIV = [name for name in SourceName if name is not SourceName.SAMPLE]
PATHS = {SourceName.FEED: "/rss", SourceName.LISTING: "/list", SourceName.SEARCH: "/api"}


@pytest.mark.parametrize("name", ARXIV)
class TestArxivSource:
    """Those that ask arXiv."""

    def test_all_tell_the_same_of_the_same_day(self, name: SourceName, fake: FakeArxiv) -> None:
        with patient_http() as http:
            papers = make_source(name, fake, http).read("cs.LG", ON).papers
        assert [(paper.versioned_id, paper.announce_type) for paper in papers] == [
            ("2611.00001v1", AnnounceType.NEW),
            ("2611.00002v2", AnnounceType.CROSS),
        ]
        assert [paper.title for paper in papers] == ["L³: Large & <Small>", "0"]
        assert papers[0].abstract == "One, 50% of it.\n\nTwo."
        assert papers[0].authors == ("Ada Example", "Ben Beispiel")
        assert [paper.categories[0] for paper in papers] == ["cs.LG", "cs.AI"]

    @pytest.mark.parametrize("status", [400, 403, 404])
    def test_a_refusal_is_an_error(self, name: SourceName, fake: FakeArxiv, status: int) -> None:
        fake.fail(PATHS[name], Answer(status=status, body=b"<html>no</html>"))
        with patient_http() as http, pytest.raises(SourceError):
            make_source(name, fake, http).read("cs.LG", ON)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html><head><title>Sorry</title></head><body>Down</body></html>",
            b"<!DOCTYPE html><p>Just a moment",
            b"\x00\x01\x02",
            b"/etc/passwd",
            b"<?xml version='1.0'?><rss><channel><item><title>cut",
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">'
            + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (98 + n, 97 + n, 97 + n) for n in range(20))
            + b"]><rss><channel><title>&u;</title></channel></rss>",
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        ],
        ids=["empty", "html", "doctype", "binary", "path", "cut", "bomb", "xxe"],
    )
    def test_what_is_no_announcement_is_an_error(
        self, name: SourceName, fake: FakeArxiv, body: bytes
    ) -> None:
        fake.fail(PATHS[name], Answer(body=body))
        with patient_http() as http, pytest.raises(SourceError) as caught:
            make_source(name, fake, http).read("cs.LG", ON)
        assert "root:" not in str(caught.value)

    def test_nobody_answering_is_unavailable(self, name: SourceName, fake: FakeArxiv) -> None:
        fake.fail(PATHS[name], Answer(reset=True))
        with patient_http() as http, pytest.raises(SourceUnavailableError):
            make_source(name, fake, http).read("cs.LG", ON)

    def test_a_strange_category_stays_in_its_place(self, name: SourceName, fake: FakeArxiv) -> None:
        with patient_http() as http:
            try:
                papers = make_source(name, fake, http).read("../x?y=1&z", ON).papers
            except SourceError:
                papers = ()
        assert papers == ()
        assert fake.requests[0].path.startswith(PATHS[name])
