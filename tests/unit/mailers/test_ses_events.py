"""Whatever arrives as an event, the reader answers with a value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailers.ses_envelopes import MAX_PAYLOAD_CHARS
from newsletter.mailers.ses_events import MAX_RECIPIENTS, read_events
from newsletter.model import DeliveryEvent, MalformedEvent, UnusedEvent
from tests.unit.mailers.test_ses_events_documented import MAIL, READER

DELIVERY: dict[str, Any] = {
    "eventType": "Delivery",
    "mail": MAIL,
    "delivery": {"timestamp": "2026-11-20T05:00:41.123Z", "recipients": [READER]},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    *("eventType", "notificationType", "mail", "messageId", "tags", "headers", "timestamp"),
    *("bounce", "bouncedRecipients", "bounceType", "complaint", "delivery", "recipients"),
    *("subscription", "newTopicPreferences", "topicSubscriptionStatus", "destination"),
    *("Type", "Message", "detail", "detail-type", "Records", "body", "Body", "Sns"),
]
WORDS = ["Bounce", "Send", "Subscription", "Notification", "2026-11-20T05:00:00Z", "x"]
NEAR_MISSES = st.recursive(
    JSON | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)


def read_one(payload: str | bytes) -> object:
    (found,) = read_events(payload)
    return found


def with_tags(**tags: Any) -> DeliveryEvent:
    found = read_one(json.dumps(DELIVERY | {"mail": MAIL | {"tags": tags, "headers": []}}))
    assert isinstance(found, DeliveryEvent)
    return found


def with_section(**fields: Any) -> DeliveryEvent:
    found = read_one(json.dumps(DELIVERY | {"delivery": DELIVERY["delivery"] | fields}))
    assert isinstance(found, DeliveryEvent)
    return found


@given(NEAR_MISSES)
def test_no_json_raises(value: object) -> None:
    for found in read_events(json.dumps(value)):
        assert isinstance(found, DeliveryEvent | UnusedEvent | MalformedEvent)


@given(st.text() | st.binary())
def test_no_text_and_no_bytes_raise(payload: str | bytes) -> None:
    assert len(read_events(payload)) == 1


@given(st.integers(min_value=0, max_value=len(json.dumps(DELIVERY)) - 1))
def test_a_truncated_event_is_malformed(length: int) -> None:
    assert isinstance(read_one(json.dumps(DELIVERY)[:length]), MalformedEvent)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"eventType": 5}',
        '{"eventType": "Send", "mail": []}',
        '{"eventType": "Send", "mail": {"messageId": "x"}}',
        '{"eventType": "Send", "mail": {"messageId": "x", "timestamp": "yesterday"}}',
        '{"eventType": "Send", "mail": {"messageId": "x", "timestamp": "0001-01-01T00:00+09:00"}}',
        '{"detail-type": "Email Sent", "detail": {"eventType": "Send"}}',
        '{"Message": "hello"}',
        "[" * 100_000,
        '{"body": ' * 50_000 + "1" + "}" * 50_000,
        "9" * 10_000,
        b"\xff\xfe\x00",
        "x" * (MAX_PAYLOAD_CHARS + 1),
    ],
    ids=lambda payload: str(payload[:40]),
)
def test_what_is_no_event_is_malformed(payload: str | bytes) -> None:
    found = read_one(payload)
    assert isinstance(found, MalformedEvent)
    assert len(found.sha256) == 64
    assert found.why


def test_envelopes_inside_each_other_end_somewhere() -> None:
    payload = json.dumps(DELIVERY)
    for _ in range(4):
        payload = json.dumps({"body": payload})
    assert isinstance(read_one(payload), DeliveryEvent)
    for _ in range(4):
        payload = json.dumps({"body": payload})
    assert isinstance(read_one(payload), MalformedEvent)


def test_one_bad_record_does_not_hide_the_others() -> None:
    records = [{"body": json.dumps(DELIVERY)}, {"body": "{"}, 5, {"body": json.dumps(DELIVERY)}]
    found = read_events(json.dumps({"Records": records}))
    assert [type(one) for one in found] == [
        DeliveryEvent,
        MalformedEvent,
        MalformedEvent,
        DeliveryEvent,
    ]


def test_the_reason_of_a_malformed_event_holds_nothing_of_it() -> None:
    found = read_one('{"eventType": "Send", "mail": {"destination": ["reader@example.org"]}}')
    assert isinstance(found, MalformedEvent)
    assert "@" not in found.why


@pytest.mark.parametrize("bad", ["", "a b", "x" * 257, "ä", 5, None, {}])
def test_a_tag_that_is_none_of_ours_is_left_out(bad: object) -> None:
    assert with_tags(delivery_id=[bad]).delivery_id is None
    assert with_tags(delivery_id=bad).delivery_id is None


@pytest.mark.parametrize("bad", ["-1", "x", "1" * 9, "1_0"])
def test_an_attempt_that_is_no_number_is_left_out(bad: str) -> None:
    assert with_tags(attempt=[bad]).attempt is None


def test_recipients_are_bounded_and_those_without_address_left_out() -> None:
    many = with_section(recipients=[f"r{number}@example.org" for number in range(1000)])
    assert len(many.recipients) == MAX_RECIPIENTS
    odd = ["", 5, {"emailAddress": "none"}, "x" * 400 + "@example.org", "\x00ok@example.org\ud800"]
    assert [one.address for one in with_section(recipients=odd).recipients] == ["ok@example.org"]


def test_long_and_dirty_texts_are_cut_and_cleaned() -> None:
    recipient = {
        "emailAddress": READER,
        "status": "9" * 99,
        "diagnosticCode": "a\r\n\x1b\u202e" * 999,
    }
    (one,) = with_section(recipients=[recipient]).recipients
    assert one.status is None
    assert one.diagnostic is not None
    assert one.diagnostic.isprintable()
    assert len(one.diagnostic) <= 500


def test_copies_of_an_event_have_one_key_and_others_another() -> None:
    again = json.loads(json.dumps(DELIVERY, sort_keys=True))
    key = with_section().key
    assert read_one(json.dumps(again)).key == key  # type: ignore[attr-defined]  # it is an event
    others = [
        with_section(timestamp="2026-11-20T05:00:41.124Z"),
        with_section(recipients=["second@example.org"]),
        read_one(json.dumps(DELIVERY | {"mail": MAIL | {"messageId": "other"}})),
        read_one(json.dumps({"eventType": "Send", "mail": MAIL})),
    ]
    keys = {one.key for one in others if isinstance(one, DeliveryEvent)}
    assert len(keys) == 4
    assert key not in keys


def test_a_key_holds_no_address() -> None:
    assert "@" not in with_section().key


def test_the_order_of_recipients_does_not_change_the_key() -> None:
    one = with_section(recipients=["a@example.org", "b@example.org"])
    assert one.key == with_section(recipients=["b@example.org", "a@example.org"]).key


@pytest.mark.parametrize(
    "stamp",
    ["2026-11-20T05:00:41.123Z", "2026-11-20T06:00:41.123+01:00", "2026-11-20T05:00:41.123"],
)
def test_instants_are_utc_in_any_spelling(stamp: str) -> None:
    assert with_section(timestamp=stamp).at.isoformat() == "2026-11-20T05:00:41.123000+00:00"
