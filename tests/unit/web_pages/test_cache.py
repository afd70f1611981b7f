"""Pages in memory: bounded, never older than they may be, known again by their validators."""

import gzip
from datetime import timedelta

import pytest

from newsletter.web.cache import MIN_GZIP_BYTES, PageCache, StoredPage, store_page
from tests.factories import NOW


def page(body: bytes = b"x" * 2000) -> StoredPage:
    return store_page(body, cache_control="public", modified_at=NOW)


def cache(max_bytes: int = 10_000, *, clock: list[float] | None = None) -> PageCache:
    times = clock or [0.0]
    return PageCache(max_bytes, max_age_s=60.0, now_s=lambda: times[0])


def test_a_page_comes_back_until_it_is_too_old() -> None:
    clock = [0.0]
    pages = cache(clock=clock)
    pages.put(("a",), kept := page())
    clock[0] = 60.0
    assert pages.get(("a",)) is kept
    clock[0] = 60.1
    assert pages.get(("a",)) is None


def test_pages_not_used_for_longest_make_room() -> None:
    pages = cache(max_bytes=3 * page().size)
    for name in "abc":
        pages.put((name,), page())
    pages.get(("a",))
    pages.put(("d",), page())
    assert [name for name in "abcd" if pages.get((name,))] == ["a", "c", "d"]


def test_a_page_larger_than_the_whole_memory_is_not_kept() -> None:
    pages = cache(max_bytes=500)
    pages.put(("a",), page())
    assert len(pages) == 0


def test_putting_a_page_again_does_not_count_twice() -> None:
    pages = cache(max_bytes=2 * page().size)
    for _ in range(5):
        pages.put(("a",), page())
    pages.put(("b",), page())
    assert pages.get(("a",))


def test_a_long_body_is_packed_and_a_short_one_is_not() -> None:
    long = page(b"a" * MIN_GZIP_BYTES)
    assert long.packed is not None
    assert gzip.decompress(long.packed) == long.body
    assert page(b"short").packed is None


@pytest.mark.parametrize(
    ("headers", "is_known"),
    [
        ({}, False),
        ({b"if-none-match": b"*"}, True),
        ({b"if-none-match": b'"other"'}, False),
        ({b"if-none-match": b'"other", ' + page().etag}, True),
        ({b"if-none-match": page().etag.removeprefix(b"W/")}, True),
        ({b"if-modified-since": b"Fri, 20 Nov 2026 12:00:00 GMT"}, True),
        ({b"if-modified-since": b"Fri, 20 Nov 2026 11:59:59 GMT"}, False),
        ({b"if-modified-since": b"Fri, 20 Nov 2026 12:00:00"}, True),
        ({b"if-modified-since": b"yesterday"}, False),
        ({b"if-modified-since": b"\xff"}, False),
        (
            {b"if-none-match": b'"x"', b"if-modified-since": b"Fri, 20 Nov 2026 12:00:00 GMT"},
            False,
        ),
    ],
)
def test_a_visitor_s_copy_is_recognised(headers: dict[bytes, bytes], is_known: bool) -> None:
    assert page().is_known_to(headers) is is_known


def test_the_same_body_has_the_same_tag_whenever_it_is_made() -> None:
    later = store_page(b"x" * 2000, cache_control="public", modified_at=NOW + timedelta(days=1))
    assert later.etag == page().etag
    assert page(b"y").etag != later.etag
