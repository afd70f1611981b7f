"""What every ``SubscriberStore`` does; each adapter's test gives the ``subscribers``."""

from dataclasses import replace
from datetime import time

import pytest

from subscribers.errors import (
    DuplicateSubscriberError,
    StaleRevisionError,
    UnknownSubscriberError,
)
from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.model import Cadence, Frequency, SubscriberState
from subscribers.ports import SubscriberStore
from tests.factories import make_subscriber


class SubscriberStoreContract:
    """Tests of the port."""

    def test_a_subscriber_comes_back_as_they_were(self, subscribers: SubscriberStore) -> None:
        subscriber = make_subscriber(
            interests=Interests(
                categories=("cs.LG", "math.ST"),
                keywords=(Keyword(phrase="注意力", weight=0.3), Keyword(phrase="GAN", weight=-1)),
                exclude=("survey",),
                authors=("Ada Example",),
                seed_papers=("2611.00001",),
                announce_types=(AnnounceType.REPLACE_CROSS,),
                min_score=0.25,
                max_papers=50,
            ),
            cadence=Cadence(frequency=Frequency.WEEKLY, weekday=4, send_at=time(18, 30)),
            language="zh-Hans",
            timezone="Asia/Shanghai",
            confirmed_at=None,
            state=SubscriberState.PENDING,
            generation=3,
        )
        subscribers.add(subscriber)
        assert subscribers.get(subscriber.id) == subscriber

    def test_a_subscriber_is_found_by_address_in_any_case(
        self, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        assert subscribers.find("Reader1@example.org") == make_subscriber(1)
        assert subscribers.find("reader2@example.org") is None

    def test_an_address_is_kept_once(self, subscribers: SubscriberStore) -> None:
        subscribers.add(make_subscriber(1))
        with pytest.raises(DuplicateSubscriberError):
            subscribers.add(make_subscriber(2, address="reader1@example.org"))
        assert subscribers.get(make_subscriber(2).id) is None

    def test_saving_returns_the_next_revision(self, subscribers: SubscriberStore) -> None:
        subscribers.add(make_subscriber(1))
        saved = subscribers.save(replace(make_subscriber(1), language="zh"))
        assert saved == replace(make_subscriber(1), language="zh", revision=2)
        assert subscribers.get(saved.id) == saved

    def test_a_change_of_an_old_record_is_refused(self, subscribers: SubscriberStore) -> None:
        subscribers.add(make_subscriber(1))
        subscribers.save(replace(make_subscriber(1), language="zh"))
        with pytest.raises(StaleRevisionError):
            subscribers.save(replace(make_subscriber(1), language="de"))
        found = subscribers.get(make_subscriber(1).id)
        assert found is not None
        assert found.language == "zh"

    def test_saving_somebody_unknown_is_refused(self, subscribers: SubscriberStore) -> None:
        with pytest.raises(UnknownSubscriberError):
            subscribers.save(make_subscriber(1))

    def test_an_address_may_change_but_not_to_another_persons(
        self, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        subscribers.add(make_subscriber(2))
        subscribers.save(replace(make_subscriber(1), address="new@example.org"))
        assert subscribers.find("reader1@example.org") is None
        assert subscribers.find("new@example.org") is not None
        with pytest.raises(DuplicateSubscriberError):
            subscribers.save(make_subscriber(2, address="new@example.org"))

    def test_several_are_added_at_once_and_a_refusal_holds_no_other_back(
        self, subscribers: SubscriberStore
    ) -> None:
        subscribers.add(make_subscriber(1))
        again = make_subscriber(4, address="reader1@example.org")
        refusals = subscribers.add_all([make_subscriber(2), again, make_subscriber(3)])
        assert [type(refusal) for refusal in refusals] == [
            type(None),
            DuplicateSubscriberError,
            type(None),
        ]
        assert [one.id[-1] for one in subscribers.list_by_state()] == ["1", "2", "3"]

    def test_several_are_saved_at_once_and_a_refusal_holds_no_other_back(
        self, subscribers: SubscriberStore
    ) -> None:
        assert subscribers.add_all([make_subscriber(1), make_subscriber(2)]) == (None, None)
        changed = [
            replace(make_subscriber(1), language="zh", revision=7),
            make_subscriber(3),
            replace(make_subscriber(2), language="zh"),
        ]
        stale, unknown, saved = subscribers.save_all(changed)
        assert isinstance(stale, StaleRevisionError)
        assert isinstance(unknown, UnknownSubscriberError)
        assert saved is None
        assert [(one.language, one.revision) for one in subscribers.list_by_state()] == [
            ("en", 1),
            ("zh", 2),
        ]

    def test_none_at_once_is_none(self, subscribers: SubscriberStore) -> None:
        assert subscribers.add_all([]) == subscribers.save_all([]) == ()

    def test_subscribers_are_listed_by_state_in_order_of_id(
        self, subscribers: SubscriberStore
    ) -> None:
        states = list(SubscriberState)
        for number in range(10):
            state = states[number % len(states)]
            subscribers.add(make_subscriber(number, state=state))
        active = list(subscribers.list_by_state(SubscriberState.ACTIVE))
        two = list(subscribers.list_by_state(SubscriberState.PAUSED, SubscriberState.PENDING))
        assert [one.id[-1] for one in active] == ["1", "6"]
        assert [one.id[-1] for one in two] == ["0", "2", "5", "7"]
        assert len(list(subscribers.list_by_state())) == 10

    def test_removing_leaves_nothing_and_works_once(self, subscribers: SubscriberStore) -> None:
        subscribers.add(make_subscriber(1))
        subscribers.remove(make_subscriber(1).id)
        assert subscribers.find("reader1@example.org") is None
        with pytest.raises(UnknownSubscriberError):
            subscribers.remove(make_subscriber(1).id)
