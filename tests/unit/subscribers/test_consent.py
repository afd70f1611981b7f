"""Steps of consent: each with its entry, none of them twice."""

from datetime import UTC, datetime

import pytest

from subscribers import consent
from subscribers.consent import ConsentAct, Evidence
from subscribers.errors import InvalidTransitionError
from subscribers.interests import Keyword
from subscribers.model import SubscriberState
from subscribers.preferences import Preferences
from tests.factories import make_interests, make_subscriber

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EVIDENCE = Evidence(page="/subscribe", wording="Yes.", network="192.0.2.0/24")
WISH = Preferences(keywords=(Keyword(phrase="new words"),))


def test_a_new_reader_waits_and_has_no_confirmation() -> None:
    made = consent.begin(
        "Reader@Example.org",
        subscriber_id="01READER000000000000000009",
        template=make_interests("house words"),
        preferences=WISH,
        now=NOW,
    )
    assert (made.state, made.confirmed_at) == (SubscriberState.PENDING, None)
    assert made.interests.keywords == WISH.keywords


@pytest.mark.parametrize("state", [SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED])
def test_who_asks_again_chooses_anew(state: SubscriberState) -> None:
    asked, entry = consent.request(make_subscriber(state=state), WISH, now=NOW, evidence=EVIDENCE)
    assert asked.state is SubscriberState.PENDING
    assert asked.interests.keywords == WISH.keywords
    assert entry is not None
    assert (entry.act, entry.at, entry.evidence) == (ConsentAct.REQUESTED, NOW, EVIDENCE)


@pytest.mark.parametrize("state", [SubscriberState.ACTIVE, SubscriberState.PAUSED])
def test_a_form_changes_nothing_of_a_reader(state: SubscriberState) -> None:
    reader = make_subscriber(state=state)
    assert consent.request(reader, WISH, now=NOW, evidence=EVIDENCE) == (reader, None)


def test_each_step_is_logged_once() -> None:
    reader = make_subscriber(state=SubscriberState.PENDING, confirmed_at=None)
    acts = []
    for step in (consent.confirm, consent.withdraw, consent.come_back):
        for _ in range(2):
            reader, entry = step(reader, now=NOW, evidence=EVIDENCE)
            acts += [entry.act] if entry else []
    assert acts == [ConsentAct.CONFIRMED, ConsentAct.WITHDRAWN, ConsentAct.RETURNED]
    assert reader.state is SubscriberState.ACTIVE


def test_who_is_suppressed_cannot_consent() -> None:
    reader = make_subscriber(state=SubscriberState.SUPPRESSED)
    for step in (consent.confirm, consent.come_back):
        with pytest.raises(InvalidTransitionError):
            step(reader, now=NOW, evidence=EVIDENCE)
    with pytest.raises(InvalidTransitionError):
        consent.request(reader, WISH, now=NOW, evidence=EVIDENCE)
