"""What one event means, and what all events of a mail make of its delivery."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.event_news import (
    BOUNCE_SUBTYPES,
    BOUNCES,
    NEWS,
    heard_of,
    is_alarming,
    news_of,
)
from newsletter.delivery.event_states import STATES, change_by, is_reachable
from newsletter.model import BounceType, DeliveryEvent, DeliveryState, EventKind
from newsletter.model.transitions import TRANSITIONS
from subscribers.soft_bounces import News
from tests.contract.stores.event_values import make_bounce, make_event
from tests.contract.stores.values import make_delivery
from tests.factories import NOW

S = DeliveryState
PERMANENT, TRANSIENT, UNDETERMINED = BounceType
SENT = replace(make_delivery(1), state=S.SENT, provider_id="mail-1")


def event_of(
    kind: EventKind, bounce_type: BounceType | None = None, **fields: Any
) -> DeliveryEvent:
    if kind is EventKind.BOUNCED:
        return make_bounce(bounce_type or PERMANENT, **fields)
    return make_event(kind, **fields)


EVENTS = st.builds(
    event_of,
    st.sampled_from(EventKind),
    st.sampled_from(BounceType),
    key=st.integers(0, 99).map(str),
    at=st.integers(0, 99).map(lambda hours: NOW + timedelta(hours=hours)),
    feedback_type=st.sampled_from(["abuse", "not-spam", None]),
    subtype=st.sampled_from(["General", "MailboxFull", "ContentRejected"]),
)


def made_of(*events: DeliveryEvent, state: DeliveryState = S.SENT) -> DeliveryState:
    delivery = replace(SENT, state=state)
    change = change_by(delivery, events)
    return change.state if change else state


def test_every_kind_and_every_bounce_is_understood() -> None:
    assert {*NEWS, EventKind.BOUNCED} == set(EventKind)
    assert set(BOUNCES) == set(BounceType)
    assert set(STATES) == set(News)


@pytest.mark.parametrize(
    ("bounce_type", "subtype", "news"),
    [
        (PERMANENT, "General", News.BOUNCED_FOR_GOOD),
        (PERMANENT, "NoEmail", News.BOUNCED_FOR_GOOD),
        (PERMANENT, "Suppressed", News.BOUNCED_FOR_GOOD),
        (PERMANENT, "OnAccountSuppressionList", News.BOUNCED_FOR_GOOD),
        (PERMANENT, "ContentRejected", News.BOUNCED_FOR_GOOD),
        (PERMANENT, "UnsubscribedRecipient", News.LEFT),
        (TRANSIENT, "General", News.BOUNCED_FOR_NOW),
        (TRANSIENT, "MailboxFull", News.BOUNCED_FOR_NOW),
        (TRANSIENT, "SomethingNew", News.BOUNCED_FOR_NOW),
        (TRANSIENT, None, News.BOUNCED_FOR_NOW),
        (TRANSIENT, "MessageTooLarge", News.CONTENT_REFUSED),
        (TRANSIENT, "ContentRejected", News.CONTENT_REFUSED),
        (TRANSIENT, "AttachmentRejected", News.CONTENT_REFUSED),
        (UNDETERMINED, "Undetermined", News.BOUNCED_UNCLEARLY),
        (None, None, News.BOUNCED_UNCLEARLY),
    ],
)
def test_what_a_bounce_means(
    bounce_type: BounceType | None, subtype: str | None, news: News
) -> None:
    assert news_of(replace(make_bounce(subtype=subtype), bounce_type=bounce_type)) is news


def test_a_complaint_of_type_not_spam_is_none() -> None:
    assert news_of(make_event(EventKind.COMPLAINED, feedback_type="not-spam")) is (
        News.CALLED_NOT_SPAM
    )
    for other in ("abuse", "fraud", "", None):
        assert news_of(make_event(EventKind.COMPLAINED, feedback_type=other)) is News.COMPLAINED


def test_only_our_own_faults_are_alarming() -> None:
    alarming = {news_of(each) for each in map(event_of, EventKind) if is_alarming(each)} | {
        news
        for pair, news in BOUNCE_SUBTYPES.items()
        if is_alarming(make_bounce(pair[0], subtype=pair[1]))
    }
    assert alarming == {News.REJECTED, News.CONTENT_REFUSED}


def test_news_of_one_mail_belong_together() -> None:
    tagged, untagged = make_bounce(), make_bounce(delivery_id=None)
    assert heard_of(tagged, is_new=True).mail == tagged.delivery_id
    assert heard_of(untagged, is_new=False).mail == untagged.provider_id


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], S.SENT),
        ([make_event(EventKind.SENT)], S.SENT),
        ([make_event(EventKind.UNSUBSCRIBED)], S.SENT),
        ([make_event(EventKind.DELAYED)], S.DELAYED),
        ([make_event(EventKind.REJECTED)], S.REJECTED),
        ([make_event(EventKind.DELAYED), make_event(EventKind.DELIVERED)], S.DELIVERED),
        ([make_bounce(TRANSIENT)], S.BOUNCED),
        ([make_bounce(TRANSIENT), make_event(EventKind.DELIVERED)], S.DELIVERED),
        ([make_bounce(PERMANENT), make_event(EventKind.DELIVERED)], S.BOUNCED),
        ([make_bounce(UNDETERMINED), make_event(EventKind.DELIVERED)], S.BOUNCED),
        ([make_bounce(PERMANENT), make_event(EventKind.COMPLAINED)], S.COMPLAINED),
        ([make_event(EventKind.COMPLAINED, feedback_type="not-spam")], S.SENT),
        ([make_event(EventKind.REJECTED), make_event(EventKind.DELIVERED)], S.DELIVERED),
    ],
)
def test_the_strongest_word_counts(events: list[DeliveryEvent], state: DeliveryState) -> None:
    assert made_of(*events) is made_of(*events[::-1]) is state


@pytest.mark.parametrize("state", [S.UNKNOWN, S.PLANNED, S.PARKED])
@pytest.mark.parametrize("kind", EventKind)
def test_any_event_proves_that_the_mail_was_accepted(state: DeliveryState, kind: EventKind) -> None:
    after = made_of(event_of(kind), state=state)
    assert after is made_of(event_of(kind))
    assert after not in {S.UNKNOWN, S.PLANNED, S.PARKED}


@pytest.mark.parametrize("state", [S.SENDING, S.SKIPPED])
@pytest.mark.parametrize("kind", EventKind)
def test_what_is_being_sent_or_was_skipped_is_left_alone(
    state: DeliveryState, kind: EventKind
) -> None:
    assert change_by(replace(SENT, state=state), [event_of(kind)]) is None


def test_what_became_of_a_mail_is_stronger_than_our_word_that_it_was_refused() -> None:
    assert made_of(make_event(EventKind.DELIVERED), state=S.REJECTED) is S.DELIVERED
    assert made_of(make_event(EventKind.SENT), state=S.REJECTED) is S.REJECTED


def test_events_go_only_ways_that_the_table_of_transitions_has() -> None:
    for before in S:
        for after in set(STATES.values()):
            steps = TRANSITIONS[before]
            over_sent = S.SENT in steps and after in TRANSITIONS[S.SENT]
            expected = before is not S.SENDING and (after in steps or over_sent)
            assert is_reachable(before, after) is expected


def test_the_reason_names_what_happened_and_nobody() -> None:
    change = change_by(SENT, [make_bounce(TRANSIENT, subtype="MailboxFull")])
    assert change is not None
    assert change.reason == "transient MailboxFull"
    complained = change_by(SENT, [make_event(EventKind.COMPLAINED, feedback_type="abuse")])
    assert complained is not None
    assert complained.reason == "abuse"


def test_the_first_event_tells_when_the_mail_was_accepted() -> None:
    first = make_event(EventKind.SENT, at=NOW, provider_id="first")
    change = change_by(SENT, [make_event(EventKind.DELIVERED), first])
    assert change is not None
    assert (change.accepted_at, change.provider_id) == (NOW, "first")


@given(st.lists(EVENTS, min_size=1, max_size=6, unique_by=lambda event: event.key), st.data())
def test_whatever_came_before_all_events_together_decide(
    events: list[DeliveryEvent], data: st.DataObject
) -> None:
    """The state after each prefix of any order can be left for the state of all."""
    once = change_by(SENT, events)
    delivery = SENT
    order = data.draw(st.permutations(events))
    for number in range(1, len(order) + 1):
        change = change_by(delivery, order[:number])
        assert change is not None
        delivery = replace(delivery, state=change.state, reason=change.reason)
    assert once is not None
    assert (delivery.state, delivery.reason) == (once.state, once.reason)
