"""The arxiv package's client keeps our pace, time-outs and policy, over real HTTP."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import MalformedAnnouncementError, SourceUnavailableError, ThrottledError
from newsletter.model import AnnounceType
from newsletter.sources.arxiv_search import SearchSource
from newsletter.sources.calendar import AnnouncementCalendar
from newsletter.sources.http import ArxivHttp, Limits
from tests.servers.fake_arxiv import Answer, FakeArxiv
from tests.servers.fake_arxiv_days import Record
from tests.servers.fake_arxiv_pages import search_xml
from tests.servers.paced import CountingGate, StandingTime, patient_http

ON = date(2026, 11, 19)
RECORDS = tuple(
    Record(
        id=f"2611.{number:05d}",
        title=f"Paper {number}",
        abstract="One.\n  Two.",
        authors="Ada Example, Ben Beispiel",
        categories=("cs.LG", "cs.AI") if number % 3 else ("cs.AI", "cs.LG"),
        types=(("cs.LG", "new" if number % 3 else "cross"),),
        comment="Accepted at ICML 2026",
    )
    for number in range(1, 1201)
)
SEARCH = "/api/query"


@pytest.fixture
def fake() -> Iterator[FakeArxiv]:
    with FakeArxiv() as server:
        server.announce(ON, RECORDS)
        yield server


def search_of(fake: FakeArxiv, http: ArxivHttp) -> SearchSource:
    return SearchSource(http, calendar=AnnouncementCalendar(), search_url=fake.search_url)


def test_all_pages_are_read_at_the_gates_pace(fake: FakeArxiv) -> None:
    gate = CountingGate()
    with patient_http(gate) as http:
        found = search_of(fake, http).read("cs.LG", ON)
    assert [paper.id for paper in found.papers] == [record.id for record in RECORDS]
    assert found.stated_count == 1200
    assert gate.waits == len(fake.requests) == 3
    assert all("arxiv-newsletter/" in seen.user_agent for seen in fake.requests)
    assert "submittedDate%3A%5B202611171900+TO+202611181859%5D" in fake.requests[0].query


def test_types_come_from_the_primary_category(fake: FakeArxiv) -> None:
    with patient_http() as http:
        papers = search_of(fake, http).read("cs.LG", ON).papers
    assert papers[0].announce_type is AnnounceType.NEW
    assert papers[2].announce_type is AnnounceType.CROSS
    assert papers[2].categories == ("cs.AI", "cs.LG")
    assert papers[0].submitted_at is not None
    assert papers[0].acceptance == "ICML 2026"
    assert papers[0].abstract == "One.\n\nTwo."


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=429),
        Answer(status=503),
        Answer(status=406),
        Answer(status=500),
        Answer(body=b"Rate exceeded."),
        Answer(reset=True),
        Answer(body=search_xml(RECORDS, start=0, per_page=100), cut_at=5000),
    ],
    ids=["429", "503", "406", "500", "rate", "reset", "cut"],
)
def test_a_passing_fault_is_retried_by_our_policy(fake: FakeArxiv, fault: Answer) -> None:
    time = StandingTime()
    fake.fail_once(SEARCH, fault)
    with patient_http(time=time) as http:
        assert len(search_of(fake, http).read("cs.LG", ON).papers) == 1200
    assert time.sleeps == [4]


def test_rate_exceeded_is_not_an_empty_result(fake: FakeArxiv) -> None:
    fake.fail(SEARCH, Answer(body=b"Rate exceeded."))
    with patient_http() as http, pytest.raises(ThrottledError):
        search_of(fake, http).read("cs.LG", ON)
    assert len(fake.requests) == 3


def test_the_package_has_a_time_out(fake: FakeArxiv) -> None:
    fake.fail(SEARCH, Answer(hang=True))
    with (
        patient_http(limits=Limits(timeout_s=0.05), attempts=2) as http,
        pytest.raises(SourceUnavailableError, match="did not answer in time"),
    ):
        search_of(fake, http).read("cs.LG", ON)
    assert len(fake.requests) == 2


@pytest.mark.parametrize("start", [0, 500])
def test_an_unexpectedly_empty_page_is_no_result(fake: FakeArxiv, start: int) -> None:
    empty = search_xml(RECORDS, start=0, per_page=0).replace(b"<entry>", b"")
    if start:
        fake.fail_once(SEARCH, Answer(body=search_xml(RECORDS, start=0, per_page=500)))
    fake.fail(SEARCH, Answer(body=empty))
    if start:
        fake.fail_once(SEARCH, Answer(body=empty))
    with patient_http() as http, pytest.raises(SourceUnavailableError, match=r"page|gave none"):
        search_of(fake, http).read("cs.LG", ON)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Down for maintenance</body></html>", "HTML page"),
        (search_xml(RECORDS[:3], start=0, per_page=3)[:-20], "cut short"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "how many"),
        (b"", "empty"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><feed>&x;</feed>", "document type"),
    ],
)
def test_what_is_no_result_is_an_error(fake: FakeArxiv, body: bytes, words: str) -> None:
    fake.serve(SEARCH, body)
    with patient_http() as http, pytest.raises(MalformedAnnouncementError, match=words):
        search_of(fake, http).read("cs.LG", ON)


def test_an_entry_that_cannot_be_read_is_set_aside_and_named(fake: FakeArxiv) -> None:
    page = search_xml(RECORDS[:5], start=0, per_page=5).replace(
        b"<published>2025-12-01T00:00:00Z", b"<published>yesterday", 1
    )
    page = page.replace(b"<title>Paper 3</title>", b"<title> </title>")
    fake.serve(SEARCH, page)
    with patient_http() as http:
        found = search_of(fake, http).read("cs.LG", ON)
    assert [paper.id for paper in found.papers] == ["2611.00002", "2611.00004", "2611.00005"]
    assert [one.entry[-12:] for one in found.set_aside] == ["2611.00001v1", "2611.00003v1"]


def test_more_results_than_a_slice_holds_are_not_hidden(fake: FakeArxiv) -> None:
    many = tuple(RECORDS) * 2
    fake.announce(ON, many)
    with patient_http() as http:
        found = search_of(fake, http).read("cs.LG", ON)
    assert (len(found.papers), found.stated_count) == (2000, 2400)


def test_papers_are_looked_up_a_hundred_at_a_time(fake: FakeArxiv) -> None:
    wanted = [record.id for record in RECORDS[:250]]
    with patient_http() as http:
        found = search_of(fake, http).look_up([*wanted, "0000.0000"])
    assert list(found) == wanted
    assert found["2611.00001"].comment == "Accepted at ICML 2026"
    assert len(fake.requests) == 3


def test_nothing_wanted_asks_nobody(fake: FakeArxiv) -> None:
    with patient_http() as http:
        assert search_of(fake, http).look_up([]) == {}
    assert fake.requests == ()


@pytest.mark.data
def test_the_recorded_error_answer_is_an_error(fake: FakeArxiv, shared_data: Path) -> None:
    (path,) = (shared_data / "arxiv/api").glob("id_abc_*_HTTP400.xml")
    fake.serve(SEARCH, path.read_bytes(), status=400)
    with (
        patient_http() as http,
        pytest.raises(MalformedAnnouncementError, match="incorrect id format for abc"),
    ):
        search_of(fake, http).look_up(["abc"])
    assert len(fake.requests) == 1
