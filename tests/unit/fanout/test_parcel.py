"""Parcels and bundles come back as they were, and say what is wrong with them."""

import base64
import gzip
import json
import zlib
from dataclasses import replace

import pytest

from newsletter.errors import BundleError, UnreadableParcelError
from newsletter.fanout.bundle import (
    Bundle,
    decode_bundle,
    decode_history,
    encode_bundle,
    encode_history,
)
from newsletter.fanout.parcel import MOST_BYTES, Parcel, Share, pack, pack_all, unpack
from newsletter.model import DeliveryState, Pick, Reason, ReasonKind, Score, Signal
from tests.factories import NOW, make_issue, make_paper

SCORE = Score(
    value=1.1000000000000001,
    parts={Signal.TEXT: 0.1, Signal.CATEGORY: 1.0},
    reasons=(Reason(kind=ReasonKind.KEYWORD, term="größer “quoted”", value=0.1),),
)
PICK = Pick(paper_id="2611.00001", version=2, score=SCORE)


def parcel(readers: int = 3, picks: int = 2) -> Parcel:
    shares = tuple(
        Share(subscriber_id=f"01{number:024d}", picks=(PICK,) * picks, matched=7)
        for number in range(readers)
    )
    return Parcel(issue_id="2026-11-20-daily", bundle="b", planned_at=NOW, shares=shares)


def test_a_parcel_comes_back_as_it_was() -> None:
    (message,) = pack(parcel())
    assert unpack(message) == parcel()


def test_a_reader_for_whom_there_is_nothing_is_planned_as_skipped() -> None:
    (row,) = parcel(1, picks=0).deliveries()
    assert row.state is DeliveryState.SKIPPED


def test_many_readers_are_packed_fifty_at_a_time() -> None:
    shares = parcel(120).shares
    messages = pack_all(shares, issue_id="i", bundle="b", planned_at=NOW)
    assert [len(unpack(message).shares) for message in messages] == [50, 50, 20]


def test_a_parcel_that_is_too_large_becomes_several() -> None:
    terms = [
        Reason(kind=ReasonKind.KEYWORD, term=hex(hash((n, "x"))), value=n / 7) for n in range(40)
    ]
    wide = [
        replace(
            share,
            picks=tuple(
                Pick(
                    paper_id=f"2611.{number:05d}",
                    version=1,
                    score=Score(value=hash((place, number)) / 3, reasons=tuple(terms)),
                )
                for number in range(400)
            ),
        )
        for place, share in enumerate(parcel(50).shares)
    ]
    messages = pack(replace(parcel(), shares=tuple(wide)))
    assert len(messages) > 1
    assert max(map(len, messages)) <= MOST_BYTES
    assert [share for message in messages for share in unpack(message).shares] == wide


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "[" * 100_000,
        '{"version":2,"parcel":"eA=="}',
        '{"version":1}',
        '{"version":1,"parcel":"not base64!"}',
        '{"version":1,"parcel":"AAAA"}',
        json.dumps({"version": 1, "parcel": base64.b64encode(zlib.compress(b"{}")).decode()}),
        json.dumps({"version": 1, "parcel": pack(parcel())[0][-80:-2]}),
        json.dumps(
            {"version": 1, "parcel": base64.b64encode(zlib.compress(b"x" * 21_000_000)).decode()}
        ),
    ],
)
def test_what_is_no_parcel_of_this_version_is_refused(message: str) -> None:
    with pytest.raises(UnreadableParcelError):
        unpack(message)


def test_a_bundle_comes_back_as_it_was_and_is_named_by_its_content() -> None:
    bundle = Bundle(issue=make_issue(), papers=(make_paper(1), make_paper(2)), history="h")
    name, content = encode_bundle(bundle)
    assert decode_bundle(name, content) == bundle
    assert encode_bundle(bundle) == (name, content)
    assert name.startswith("2026-11-20-daily.v1.")


def test_a_history_has_titles_and_abstracts() -> None:
    name, content = encode_history("2026-11-20-daily", [make_paper(1)])
    assert decode_history(name, content).papers == ((make_paper(1).title, make_paper(1).abstract),)


def test_a_damaged_bundle_or_one_of_another_schema_is_refused() -> None:
    name, content = encode_bundle(Bundle(issue=make_issue(), papers=()))
    other = gzip.compress(b"{}")
    for wrong_name, wrong in [
        (name, content[:-9]),
        (name, other),
        (name, b"no gzip"),
        (name.replace(".v1.", ".v2."), content),
        ("something", content),
    ]:
        with pytest.raises(BundleError):
            decode_bundle(wrong_name, wrong)
