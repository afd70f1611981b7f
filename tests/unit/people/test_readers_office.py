"""``newsletter run`` does what readers asked for, with or without a server."""

from datetime import timedelta
from pathlib import Path

from newsletter.cli.readers_office import serve_readers
from newsletter.people.wishes import notice_to
from subscribers.model import SubscriberState
from subscribers.notices import NoticeKind
from tests.factories import make_subscriber
from tests.web_site import open_site


def test_a_run_ends_pauses_and_sends_what_readers_wait_for(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        today = site.clock.now.date()
        paused = make_subscriber(state=SubscriberState.PAUSED, paused_until=today)
        later = make_subscriber(
            2, state=SubscriberState.PAUSED, paused_until=today + timedelta(days=1)
        )
        for reader in (paused, later):
            site.store.subscribers.add(reader)
        site.store.notices.queue(notice_to(paused, NoticeKind.RENEWAL, now=site.clock.now))
        assert serve_readers(site.site.app, site.store) == 0
        assert len(site.mails()) == 1
        states = {each.id: each.state for each in site.store.subscribers.list_by_state()}
        assert states == {paused.id: SubscriberState.ACTIVE, later.id: SubscriberState.PAUSED}
        assert serve_readers(site.site.app, site.store) == 0
        assert len(site.mails()) == 1
