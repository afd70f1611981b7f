"""The way to arXiv keeps pace, time-outs, limits and policy, over real HTTP on loopback."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newsletter.errors import (
    ConfigurationError,
    MalformedAnnouncementError,
    SourceError,
    SourceUnavailableError,
    SourceUnreachableError,
    ThrottledError,
)
from newsletter.sources.http import Limits
from tests.servers.fake_arxiv import Answer, FakeArxiv
from tests.servers.paced import CountingGate, StandingTime, patient_http

RATE_EXCEEDED = Answer(body=b"Rate exceeded.", content_type="text/plain")


@pytest.fixture
def fake() -> Iterator[FakeArxiv]:
    with FakeArxiv() as server:
        server.serve("/page", b"good")
        yield server


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=429),
        Answer(status=503),
        Answer(status=406),
        Answer(status=500),
        Answer(status=502),
        RATE_EXCEEDED,
        Answer(reset=True),
        Answer(body=b"x" * 1000, cut_at=10),
        Answer(body=b"x" * 1000, is_gzipped=True, cut_at=10),
    ],
    ids=lambda fault: str(fault.status) + fault.body[:4].decode() + "r" * fault.reset,
)
def test_a_passing_fault_is_retried_at_the_gates_pace(fake: FakeArxiv, fault: Answer) -> None:
    gate, time = CountingGate(), StandingTime()
    fake.fail_once("/page", fault, fault)
    with patient_http(gate, time) as http:
        assert http.get(f"{fake.base_url}/page").body == b"good"
    assert gate.waits == len(fake.requests) == 3
    assert time.sleeps == [4, 8]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Answer(status=429), ThrottledError),
        (Answer(status=406), ThrottledError),
        (RATE_EXCEEDED, ThrottledError),
        (Answer(status=500), SourceUnavailableError),
        (Answer(reset=True), SourceUnavailableError),
    ],
)
def test_a_lasting_fault_ends_after_the_attempts(
    fake: FakeArxiv, fault: Answer, kind: type[SourceError]
) -> None:
    fake.fail("/page", fault)
    with patient_http() as http, pytest.raises(kind) as caught:
        http.get(f"{fake.base_url}/page")
    assert caught.value.transient
    assert len(fake.requests) == 3


def test_retry_after_in_seconds_is_waited_for_and_tells_the_gate(fake: FakeArxiv) -> None:
    gate, time = CountingGate(), StandingTime()
    fake.fail_once("/page", Answer(status=429, headers=(("Retry-After", "17"),)))
    with patient_http(gate, time) as http:
        http.get(f"{fake.base_url}/page")
    assert gate.holds == [17]
    assert time.sleeps == [17]


def test_retry_after_as_a_date_is_waited_for(fake: FakeArxiv) -> None:
    time = StandingTime()
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    fake.fail_once("/page", Answer(status=503, headers=(("Retry-After", later),)))
    with patient_http(time=time) as http:
        http.get(f"{fake.base_url}/page")
    assert time.sleeps == [pytest.approx(60, abs=5)]


def test_a_retry_after_beyond_the_cap_is_reported_instead(fake: FakeArxiv) -> None:
    gate, time = CountingGate(), StandingTime()
    fake.fail("/page", Answer(status=429, headers=(("Retry-After", "3600"),)))
    with patient_http(gate, time) as http, pytest.raises(ThrottledError) as caught:
        http.get(f"{fake.base_url}/page")
    assert caught.value.retry_after_s == 3600
    assert (gate.holds, time.sleeps, len(fake.requests)) == ([120], [], 1)


def test_total_time_is_bounded(fake: FakeArxiv) -> None:
    time = StandingTime()
    fake.fail("/page", Answer(status=429, headers=(("Retry-After", "110"),)))
    with patient_http(time=time, attempts=50) as http, pytest.raises(ThrottledError):
        http.get(f"{fake.base_url}/page")
    assert time.now <= 300


def test_a_server_that_hangs_is_left(fake: FakeArxiv) -> None:
    fake.fail("/page", Answer(hang=True))
    limits = Limits(timeout_s=0.05)
    with (
        patient_http(limits=limits, attempts=2) as http,
        pytest.raises(SourceUnavailableError, match="did not answer in time"),
    ):
        http.get(f"{fake.base_url}/page")
    assert len(fake.requests) == 2


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gate, time = CountingGate(), StandingTime()
    told: list[tuple[str, float]] = []
    with (
        patient_http(gate, time, tell=lambda text: told.append((text, time.now))) as http,
        pytest.raises(SourceUnreachableError),
    ):
        http.get(f"http://127.0.0.1:{port}/page")
    assert gate.waits == 2
    assert told == [("127.0.0.1 cannot be reached: trying again …", 0.0)]


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_a_body_beyond_the_cap_is_refused(fake: FakeArxiv, is_gzipped: bool) -> None:
    fake.serve("/big", b"x" * 3_000_000, is_gzipped=is_gzipped)
    limits = Limits(timeout_s=2, body_bytes=1_000_000)
    with (
        patient_http(limits=limits, attempts=1) as http,
        pytest.raises(SourceUnavailableError, match="more than 1000000 bytes"),
    ):
        http.get(f"{fake.base_url}/big")


def test_compression_is_undone(fake: FakeArxiv) -> None:
    fake.serve("/zip", b"plain", is_gzipped=True)
    with patient_http() as http:
        assert http.get(f"{fake.base_url}/zip").body == b"plain"


def test_a_broken_compression_is_malformed_and_not_retried(fake: FakeArxiv) -> None:
    fake.serve("/zip", b"no gzip", headers=(("Content-Encoding", "gzip"),))
    with patient_http() as http, pytest.raises(MalformedAnnouncementError):
        http.get(f"{fake.base_url}/zip")
    assert len(fake.requests) == 1


@pytest.mark.parametrize("status", [200, 400, 404])
def test_other_statuses_are_answers(fake: FakeArxiv, status: int) -> None:
    fake.serve("/other", b"text", status=status)
    with patient_http() as http:
        assert http.get(f"{fake.base_url}/other").status == status
    assert len(fake.requests) == 1


def test_redirects_are_followed_at_the_gates_pace_but_not_forever(fake: FakeArxiv) -> None:
    gate = CountingGate()
    fake.serve("/moved", b"", status=301, headers=(("Location", "/page"),))
    fake.serve("/loop", b"", status=301, headers=(("Location", "/loop"),))
    with patient_http(gate) as http:
        assert http.get(f"{fake.base_url}/moved").body == b"good"
        assert gate.waits == 2
        with pytest.raises(SourceUnavailableError, match="TooManyRedirects"):
            http.get(f"{fake.base_url}/loop")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "no address", "http://", "ftp://x.example/"])
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    with patient_http() as http, pytest.raises(ConfigurationError, match="settings"):
        http.get(url)


def test_we_say_who_we_are_with_a_contact(fake: FakeArxiv) -> None:
    with patient_http(contact="me@example.org\r\nX-Evil: 1 é") as http:
        http.get(f"{fake.base_url}/page")
    (seen,) = fake.requests
    assert seen.user_agent.startswith("arxiv-newsletter/")
    assert "(me@example.orgX-Evil: 1" in seen.user_agent
