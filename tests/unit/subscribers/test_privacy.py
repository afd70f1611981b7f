"""What a person can take along, and how coarse a network is kept."""

import json
from datetime import UTC, date, datetime

import pytest

from subscribers.consent import ConsentAct, ConsentEntry, Evidence
from subscribers.errors import InvalidTransitionError
from subscribers.feedback import Feedback, Vote
from subscribers.model import SubscriberState
from subscribers.moves import LIFETIME, Mailbox, Move, moved
from subscribers.networks import counted_network, kept_network
from subscribers.privacy import Received, exported
from tests.factories import NOW, make_subscriber


def test_the_export_names_every_field_of_the_record() -> None:
    reader = make_subscriber(paused_until=date(2026, 12, 1), state=SubscriberState.PAUSED)
    evidence = Evidence(page="/c", wording="Yes.", network="192.0.2.0/24")
    entry = ConsentEntry(
        subscriber_id=reader.id, act=ConsentAct.CONFIRMED, at=NOW, evidence=evidence
    )
    data = exported(
        reader,
        consents=[entry],
        feedback=[Feedback(subscriber_id=reader.id, paper_id="1", vote=Vote.LESS, at=NOW)],
        received=[Received(issue_id="2026-11-20-daily", state="sent", papers=("1", "2"))],
        now=datetime(2026, 11, 21, tzinfo=UTC),
    )
    read = json.loads(json.dumps(data))
    assert read["address"] == reader.address
    assert read["paused_until"] == "2026-12-01"
    assert read["consents"][0]["network"] == "192.0.2.0/24"
    assert read["feedback"] == [{"paper": "1", "vote": -1, "at": NOW.isoformat()}]
    assert read["received"] == [
        {"issue": "2026-11-20-daily", "state": "sent", "papers": ["1", "2"]}
    ]
    assert reader.id not in json.dumps(data)


@pytest.mark.parametrize(
    ("address", "counted", "kept"),
    [
        ("192.0.2.77", "192.0.2.0/24", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", ""),
        ("testclient", "", ""),
        ("1.2.3.4.5", "", ""),
    ],
)
def test_networks_are_coarse(address: str, counted: str, kept: str) -> None:
    assert (counted_network(address), kept_network(address)) == (counted, kept)


MOVE = Move(id="m", subscriber_id="r", address="new@example.org", requested_at=NOW)


def test_a_move_needs_both_mailboxes_and_makes_old_links_useless() -> None:
    reader = make_subscriber(generation=4)
    with pytest.raises(InvalidTransitionError):
        moved(reader, MOVE.agreed_by(Mailbox.OLD))
    both = MOVE.agreed_by(Mailbox.OLD).agreed_by(Mailbox.NEW)
    after = moved(reader, both)
    assert (after.address, after.generation) == ("new@example.org", 5)


@pytest.mark.parametrize(
    "state",
    [SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED, SubscriberState.SUPPRESSED],
)
def test_nobody_moves_who_gets_no_mail(state: SubscriberState) -> None:
    both = MOVE.agreed_by(Mailbox.OLD).agreed_by(Mailbox.NEW)
    with pytest.raises(InvalidTransitionError):
        moved(make_subscriber(state=state), both)


def test_a_move_is_open_for_three_days() -> None:
    assert MOVE.is_open(NOW + LIFETIME)
    assert not MOVE.is_open(NOW + LIFETIME * 2)
