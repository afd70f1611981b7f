"""Files of subscribers, as spreadsheets and people make them."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from subscribers.errors import UnreadableFileError
from subscribers.interests import Interests, Keyword
from subscribers.model import Subscriber, SubscriberState
from subscribers.transfer import (
    FileFormat,
    Outcome,
    Row,
    UnreadableRow,
    read_rows,
    take_rows,
    write_csv,
    write_jsonl,
)
from tests.factories import make_interests, make_subscriber

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PHRASES = (
    st.text(min_size=1, max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda phrase: phrase and phrase.isprintable())
)


def rows(content: str | bytes, file_format: FileFormat = FileFormat.CSV) -> list[Row]:
    raw = content.encode() if isinstance(content, str) else content
    read = list(read_rows([raw], file_format))
    assert all(isinstance(row, Row) for row in read), read
    return [row for row in read if isinstance(row, Row)]


def take(content: str | bytes, *known: Subscriber, **options: FileFormat) -> list[Outcome]:
    """Take all rows as a caller does: each record is stored before the next row is asked for."""
    raw = content.encode() if isinstance(content, str) else content
    stored = {subscriber.address.lower(): subscriber for subscriber in known}
    outcomes = []
    numbers = itertools.count(1)
    for outcome in take_rows(
        read_rows([raw], options.get("file_format", FileFormat.CSV)),
        find=lambda address: stored.get(address.lower()),
        template=make_interests("template phrase"),
        new_id=lambda: str(ULID.from_int(next(numbers))),
        now=NOW,
    ):
        if outcome.subscriber:
            stored[outcome.subscriber.address.lower()] = outcome.subscriber
        outcomes.append(outcome)
    return outcomes


@pytest.mark.parametrize(
    "content",
    [
        "address,language\nreader1@example.org,zh\n",
        "\ufeffaddress,language\r\nreader1@example.org,zh\r\n",
        "address;language\r\nreader1@example.org;zh\r\n",
        "sep=;\r\naddress;language\r\nreader1@example.org;zh\r\n",
        "address\tlanguage\nreader1@example.org\tzh",
        "\n\nE-Mail , Language,,\nreader1@example.org,zh,,\n,,,\n",
        '"Email Address","language"\n"reader1@example.org","zh"\n',
        "address,language\rreader1@example.org,zh\r",
    ],
)
def test_every_dialect_gives_the_same_row(content: str) -> None:
    (row,) = rows(content)
    assert row.cells == {"address": "reader1@example.org", "language": "zh"}


def test_a_plain_list_of_addresses_needs_no_head_line() -> None:
    read = rows("reader1@example.org\nreader2@example.org\n")
    assert [(row.line, row.cells["address"]) for row in read] == [
        (1, "reader1@example.org"),
        (2, "reader2@example.org"),
    ]


@given(st.integers(1, 40))
def test_chunks_may_be_cut_anywhere(size: int) -> None:
    raw = "address,authors\r\nreader1@example.org,Søren Kierkegård; Doe\r\n".encode()
    chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
    (row,) = read_rows(chunks, FileFormat.CSV)
    assert isinstance(row, Row)
    assert row.cells["authors"] == ("Søren Kierkegård", "Doe")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_utf_16_says_how_to_save_it(encoding: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"UTF-16, not UTF-8.*CSV UTF-8"):
        rows("address\nreader1@example.org\n".encode(encoding))


def test_a_row_in_latin_1_is_refused_and_the_rest_stands() -> None:
    raw = "address,authors\nreader1@example.org,Søren\nreader2@example.org,Doe\n".encode("latin-1")
    bad, good = read_rows([raw], FileFormat.CSV)
    assert isinstance(bad, UnreadableRow)
    assert (bad.line, "not UTF-8" in bad.reason) == (2, True)
    assert isinstance(good, Row)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("address,mood\n", "'mood' is unknown"),
        ("address,keyworsd\n", "did you mean 'keywords'"),
        ("address,e-mail\n", "'address' is there twice"),
        ("language,timezone\n", "the column 'address' is missing"),
        ("name,keywords\n", "the column 'address' is missing"),
        ("adress,keywords\n", "did you mean 'address'"),
        ("address,,language\n", "'' is unknown"),
        ("a" * 20_000, "too long to name columns"),
        ("a" * 1_100_000, "longer than 1,000,000 bytes"),
        (b"address\n\0\0\0\n", "not text"),
        (b"addr\xe9ss\n", "not UTF-8"),
        ("<html>", "the column 'address' is missing"),
    ],
)
def test_a_file_that_is_something_else_says_so(content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableFileError, match=why):
        rows(content)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"address,language\n"])
def test_a_file_without_rows_has_no_rows(content: bytes) -> None:
    assert rows(content) == []


def test_lines_are_counted_where_rows_begin() -> None:
    content = 'address,keywords\na@example.org,"x;\ny"\n\nb@example.org,z\n'
    assert [row.line for row in rows(content)] == [2, 5]


def test_a_broken_row_is_refused_and_the_rest_stands() -> None:
    content = 'address\n"reader1@example.org"x\nreader2@example.org\nreader3@example.org,what\n'
    broken, good, wide = read_rows([content.encode()], FileFormat.CSV)
    assert isinstance(broken, UnreadableRow)
    assert "not CSV" in broken.reason
    assert isinstance(good, Row)
    assert isinstance(wide, UnreadableRow)
    assert "more cells than the 1 columns" in wide.reason


def test_a_quote_that_is_never_closed_ends_in_refusals() -> None:
    content = 'address\n"reader1@example.org\n' + "x" * 300 + "\n"
    read = list(read_rows([content.encode()], FileFormat.CSV))
    assert read
    assert all(isinstance(row, UnreadableRow) for row in read)


def test_lists_in_cells() -> None:
    (row,) = rows(
        "address\tcategories\tkeywords\tauthors\n"
        "a@example.org\tcs.LG, cs.AI;stat.ML | math.CO|cs.DS\t"
        "KV cache:0.5; survey:-1\tDoe, Jane; Roe\n"
    )
    assert row.cells["categories"] == ("cs.LG", "cs.AI", "stat.ML", "math.CO", "cs.DS")
    assert row.cells["keywords"] == ("KV cache:0.5", "survey:-1")
    assert row.cells["authors"] == ("Doe, Jane", "Roe")


@pytest.mark.parametrize(
    "content",
    [
        "address;keywords;authors\na@example.org;KV cache:0.5, survey:-1,a\\,b;Doe, Jane\n",
        'address,keywords,authors\na@example.org,"KV cache:0.5, survey:-1; a\\,b","Doe, Jane"\n',
    ],
)
def test_commas_stand_between_keywords_but_belong_to_names(content: str) -> None:
    (row,) = rows(content)
    assert row.cells["keywords"] == ("KV cache:0.5", "survey:-1", "a,b")
    assert row.cells["authors"] == ("Doe, Jane",)


def test_objects_in_lines() -> None:
    content = (
        '{"address": "a@example.org", "max_papers": 7, "language": null, "exclude": [],\t'
        '"keywords": ["KV cache", {"phrase": "survey", "weight": -1}], "authors": "Doe"}\n\n'
    )
    (row,) = rows(content, FileFormat.JSONL)
    assert row.cells == {
        "address": "a@example.org",
        "max_papers": "7",
        "exclude": (),
        "keywords": ("KV cache", "survey:-1"),
        "authors": ("Doe",),
    }


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[1]", "not a JSON object"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"language": "en"}', "the column 'address' is missing"),
        ('{"address": "a@example.org", "mood": 1}', "'mood' is unknown"),
        ('{"address": true}', "one value is wanted"),
        ('{"address": "a@example.org", "keywords": [1]}', "every entry must be a text"),
        ('{"address": "a@example.org", "keywords": [{"phrase": "a", "weight": "1"}]}', "a number"),
        ('{"address": "a@example.org", "keywords": [{"phrase": "a", "weight": 2}]}', "between"),
        ('{"address": "\xe9"}', "not UTF-8"),
    ],
)
def test_a_line_that_is_no_reader_is_refused_and_the_rest_stands(line: str, why: str) -> None:
    content = line.encode("latin-1") + b'\n{"address": "b@example.org"}\n'
    bad, good = read_rows([content], FileFormat.JSONL)
    assert isinstance(bad, UnreadableRow)
    assert why in bad.reason
    assert isinstance(good, Row)


def test_new_readers_are_active_with_the_template_where_a_row_says_nothing() -> None:
    (outcome,) = take("address,max_papers\nreader1@example.org,3\n")
    assert (outcome.kind, outcome.line) == ("added", 2)
    assert outcome.subscriber is not None
    assert outcome.subscriber.state is SubscriberState.ACTIVE
    assert outcome.subscriber.confirmed_at == NOW
    assert outcome.subscriber.interests == make_interests("template phrase", max_papers=3)


def test_an_address_twice_in_a_file_is_added_once() -> None:
    outcomes = take("address,language\na@example.org,en\nA@Example.org,zh\na@example.org,zh\n")
    assert [outcome.kind for outcome in outcomes] == ["added", "updated", "unchanged"]


def test_a_known_reader_is_changed_only_where_the_row_says_something() -> None:
    reader = make_subscriber(language="zh")
    same, changed = take(
        f"address,max_papers,language\n{reader.address},15,\n{reader.address},3,\n", reader
    )
    assert same.kind == "unchanged"
    assert changed.subscriber is not None
    assert (changed.subscriber.id, changed.subscriber.language) == (reader.id, "zh")
    assert changed.subscriber.interests.max_papers == 3


@pytest.mark.parametrize("state", [SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
@pytest.mark.parametrize("asked", ["", "active", "paused", "pending"])
def test_who_is_gone_stays_gone_and_the_import_says_so(state: SubscriberState, asked: str) -> None:
    reader = make_subscriber(state=state)
    (outcome,) = take(f"address,state,max_papers\n{reader.address},{asked},3\n", reader)
    assert (outcome.kind, outcome.subscriber) == ("refused", None)
    assert outcome.reason.endswith("stays so")


@pytest.mark.parametrize("state", [SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED])
def test_an_import_may_say_that_somebody_left(state: SubscriberState) -> None:
    reader = make_subscriber()
    content = f"address,state\n{reader.address},{state}\nnew@example.org,{state}\n"
    left, never_came = take(content, reader)
    assert left.subscriber is not None
    assert left.subscriber.state is state
    assert never_came.subscriber is not None
    assert never_came.subscriber.state is state


@pytest.mark.parametrize("state", [SubscriberState.PAUSED, SubscriberState.PENDING])
def test_an_import_does_not_end_a_pause_or_confirm(state: SubscriberState) -> None:
    reader = make_subscriber(state=state)
    (outcome,) = take(f"address,state\n{reader.address},active\n", reader)
    assert (outcome.kind, outcome.reason) == ("unchanged", f"stays {state}")


def test_a_pending_row_stays_pending() -> None:
    (outcome,) = take("address,state\na@example.org,pending\n")
    assert outcome.subscriber is not None
    assert outcome.subscriber.state is SubscriberState.PENDING
    assert outcome.subscriber.confirmed_at is None


def test_each_refused_row_has_line_and_reason() -> None:
    content = "address,categories,state\nnobody,,\na@example.org,cs.XX,\nb@example.org,,gone\n"
    outcomes = take(content)
    assert {outcome.kind.value for outcome in outcomes} == {"refused"}
    assert [outcome.line for outcome in outcomes] == [2, 3, 4]
    for outcome, why in zip(outcomes, ("not an address", "cs.XX", "'gone'"), strict=True):
        assert why in outcome.reason


@given(st.lists(PHRASES, max_size=5, unique=True), st.lists(PHRASES, max_size=3, unique=True))
def test_a_reader_exported_is_the_reader_imported(phrases: list[str], names: list[str]) -> None:
    keywords = tuple(Keyword(phrase=phrase, weight=0.5) for phrase in phrases)
    interests = Interests(categories=("cs.LG",), keywords=keywords, authors=tuple(names))
    reader = make_subscriber(interests=interests)
    other = make_subscriber(interests=make_interests())
    for written, file_format in (
        (write_csv([reader]), FileFormat.CSV),
        (write_jsonl([reader]), FileFormat.JSONL),
    ):
        (row,) = rows("".join(written), file_format)
        (outcome,) = take_rows([row], find=lambda _: other, template=interests, new_id=str, now=NOW)
        got = outcome.subscriber or other
        assert got.interests.authors == tuple(names)
        assert got.interests.keywords == keywords


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "'"])
def test_no_exported_cell_is_a_formula(start: str) -> None:
    phrase = f"{start}cmd|' /C calc'!A0".strip()
    reader = make_subscriber(interests=make_interests(phrase, authors=("=HYPERLINK()",)))
    exported = "".join(write_csv([reader]))
    (row,) = rows(exported)
    assert row.cells["keywords"] == (phrase,)
    assert "'=HYPERLINK()" in exported
    if start in "=+-@'":
        assert f"'{start}cmd" in exported


def test_an_export_needs_no_more_memory_for_more_readers() -> None:
    pulled = 0

    def readers() -> Iterator[Subscriber]:
        nonlocal pulled
        for number in range(1000):
            pulled += 1
            yield make_subscriber(number)

    lines = write_csv(readers())
    assert next(lines).startswith("address,state,categories")
    assert next(lines).startswith("reader0@example.org,active")
    assert pulled == 1
