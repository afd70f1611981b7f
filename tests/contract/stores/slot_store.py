"""What every store of slots does; each adapter's test gives the stores."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from newsletter.model.slot import LocalHour, Slot, local_hour_of
from newsletter.slot_ports import SlotStore
from subscribers.model import Cadence, Subscriber, SubscriberState
from subscribers.ports import SubscriberStore
from tests.factories import NOW, make_subscriber

DAY = date(2026, 11, 20)
SEVEN = LocalHour(timezone="Europe/Berlin", hour=7)
SLOT = Slot(announced_on=DAY, hour=SEVEN, local_on=DAY)


def reader(
    number: int, zone: str = "Europe/Berlin", at: time = time(7), **fields: Any
) -> Subscriber:
    return make_subscriber(
        id=f"01HZ{number:022d}",
        address=f"reader{number}@example.org",
        timezone=zone,
        cadence=Cadence(send_at=at),
        **fields,
    )


def all_in(slots: SlotStore, hour: LocalHour, *, limit: int) -> list[str]:
    found, after = [], None
    while True:
        page = slots.readers_in(hour, after=after, limit=limit)
        assert len(page.readers) <= limit
        found += [each.id for each in page.readers]
        after = page.after
        if after is None:
            return found


class SlotStoreContract:
    """Tests of ``SlotStore``."""

    @pytest.mark.parametrize(
        ("at", "hour"),
        [
            (time(0), 0),
            (time(7), 7),
            (time(7, 0, 1), 8),
            (time(7, 30), 8),
            (time(23), 23),
            (time(23, 15), 0),
        ],
    )
    def test_a_reader_is_found_in_the_first_full_hour_that_is_not_before_their_own(
        self, slots: SlotStore, subscribers: SubscriberStore, at: time, hour: int
    ) -> None:
        asked = reader(1, "Asia/Kathmandu", at)
        subscribers.add(asked)
        place = LocalHour(timezone="Asia/Kathmandu", hour=hour)
        assert local_hour_of(asked) == place
        assert slots.hours() == (place,)
        assert slots.readers_in(place, limit=5).readers[0] == asked

    def test_only_active_readers_of_just_this_hour_and_zone_are_found(
        self, slots: SlotStore, subscribers: SubscriberStore
    ) -> None:
        for number, state in enumerate(SubscriberState):
            if state is not SubscriberState.SUPPRESSED:
                subscribers.add(reader(number, state=state))
        subscribers.add(reader(20, "Europe/Paris"))
        subscribers.add(reader(21, at=time(8)))
        active = reader(list(SubscriberState).index(SubscriberState.ACTIVE))
        assert all_in(slots, SEVEN, limit=10) == [active.id]

    def test_pages_have_every_reader_once(
        self, slots: SlotStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add_all([reader(number) for number in range(23)])
        found = all_in(slots, SEVEN, limit=5)
        assert len(found) == 23
        assert len(set(found)) == 23
        assert found == all_in(slots, SEVEN, limit=7)

    def test_who_changes_hour_or_leaves_is_found_there_no_more(
        self, slots: SlotStore, subscribers: SubscriberStore
    ) -> None:
        subscribers.add_all([reader(1), reader(2)])
        moved = replace(reader(1), cadence=Cadence(send_at=time(9)))
        subscribers.save(moved)
        subscribers.save(replace(reader(2), state=SubscriberState.UNSUBSCRIBED))
        assert all_in(slots, SEVEN, limit=5) == []
        nine = LocalHour(timezone="Europe/Berlin", hour=9)
        assert all_in(slots, nine, limit=5) == [moved.id]
        assert nine in slots.hours()

    def test_hours_are_in_order_and_each_is_there_once(
        self, slots: SlotStore, subscribers: SubscriberStore
    ) -> None:
        zones = ["Pacific/Apia", "Australia/Lord_Howe", "Pacific/Apia", "America/New_York"]
        subscribers.add_all([reader(number, zone) for number, zone in enumerate(zones)])
        assert slots.hours() == tuple(
            LocalHour(timezone=zone, hour=7) for zone in sorted(set(zones))
        )

    def test_an_issue_is_ready_once_it_is_said_so(self, slots: SlotStore) -> None:
        assert slots.ready("2026-11-20-daily") is None
        slots.set_ready("2026-11-20-daily", "first")
        slots.set_ready("2026-11-20-daily", "second")
        assert slots.ready("2026-11-20-daily") == "second"
        assert slots.ready("2026-11-20-weekly") is None

    def test_progress_tells_how_far_each_slot_is(self, slots: SlotStore) -> None:
        monday = replace(SLOT, local_on=DAY + timedelta(days=3))
        slots.note_progress(SLOT, after="01HZ")
        slots.note_progress(monday, after=None)
        assert slots.progress(DAY) == {SLOT: "01HZ", monday: None}
        slots.note_progress(SLOT, after=None)
        assert slots.progress(DAY)[SLOT] is None
        assert slots.progress(DAY + timedelta(days=1)) == {}

    def test_old_progress_can_be_forgotten(self, slots: SlotStore) -> None:
        newer = replace(SLOT, announced_on=DAY + timedelta(days=1))
        slots.note_progress(SLOT, after=None)
        slots.note_progress(newer, after=None)
        slots.forget(newer.announced_on)
        assert newer in slots.progress(newer.announced_on)

    def test_a_lock_is_of_one_holder_until_its_time_is_over(self, slots: SlotStore) -> None:
        until = NOW + timedelta(minutes=15)
        assert slots.lock("prepare", now=NOW, until=until)
        assert not slots.lock("prepare", now=NOW, until=until + timedelta(minutes=1))
        assert slots.lock("fanout", now=NOW, until=until)
        assert slots.lock("prepare", now=until, until=until + timedelta(minutes=15))

    def test_a_lock_that_is_given_back_can_be_taken(self, slots: SlotStore) -> None:
        until = NOW + timedelta(minutes=15)
        slots.lock("prepare", now=NOW, until=until)
        slots.unlock("prepare", until=until - timedelta(seconds=1))
        assert not slots.lock("prepare", now=NOW, until=until)
        slots.unlock("prepare", until=until)
        assert slots.lock("prepare", now=NOW, until=until)
