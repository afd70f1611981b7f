"""Notices are sent once, whatever the mailer says."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from newsletter.errors import (
    ConfigurationError,
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    OutcomeUnknownError,
)
from newsletter.model import Envelope, Receipt
from newsletter.people.post import CLAIM_LASTS, Post, PostWorker
from newsletter.people.wishes import notice_to
from subscribers.model import SubscriberState
from subscribers.notices import NoticeKind
from tests.factories import NOW, make_subscriber
from tests.web_site import WebSite, open_site


@dataclass(slots=True)
class ScriptedMailer:
    """Answer each mail with the next error of a script, then take all."""

    script: list[Exception] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)

    def send(self, envelope: Envelope) -> Receipt:
        if self.script:
            raise self.script.pop(0)
        self.taken.append(envelope)
        return Receipt(provider_id="1", accepted_at=NOW)

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WebSite]:
    with open_site(tmp_path) as opened:
        opened.store.subscribers.add(make_subscriber())
        yield opened


def lending(mailer: ScriptedMailer) -> Callable[[], AbstractContextManager[ScriptedMailer]]:
    @contextmanager
    def lend() -> Iterator[ScriptedMailer]:
        yield mailer

    return lend


def post_with(site: WebSite, mailer: ScriptedMailer) -> Post:
    return replace(site.office.post, mailer=lending(mailer))


def queue(site: WebSite, kind: NoticeKind = NoticeKind.RENEWAL) -> None:
    assert site.store.notices.queue(notice_to(make_subscriber(), kind, now=site.clock.now))


@pytest.mark.parametrize(
    "error", [MailerThrottledError("x"), MailerUnavailableError("x"), MailerStoppedError("x")]
)
def test_what_is_not_taken_now_is_sent_later(site: WebSite, error: MailerError) -> None:
    mailer = ScriptedMailer([error])
    queue(site)
    post = post_with(site, mailer)
    assert post.send_due() == 0
    assert post.send_due() == 1
    assert post.send_due() == 0
    assert len(mailer.taken) == 1


@pytest.mark.parametrize("error", [MessageRejectedError("x"), OutcomeUnknownError("x")])
def test_what_is_refused_or_unknown_is_never_repeated(site: WebSite, error: MailerError) -> None:
    mailer = ScriptedMailer([error])
    queue(site)
    post = post_with(site, mailer)
    assert (post.send_due(), post.send_due()) == (0, 0)
    assert mailer.taken == []


def test_a_crash_in_between_never_makes_two_mails(site: WebSite) -> None:
    mailer = ScriptedMailer([RuntimeError("killed")])
    queue(site)
    post = post_with(site, mailer)
    with pytest.raises(RuntimeError, match="killed"):
        post.send_due()
    assert post.send_due() == 0


def test_what_there_is_no_time_for_stays_queued(site: WebSite) -> None:
    for kind in (NoticeKind.RENEWAL, NoticeKind.WELCOME):
        queue(site, kind)
    mailer = ScriptedMailer([])
    post = post_with(site, mailer)
    assert post.send_due(lambda: False) == 0
    time = iter((True, True, False))
    assert post.send_due(lambda: next(time)) == 1
    assert post.send_due() == 1


def test_a_claim_of_a_dead_process_is_given_up_and_not_repeated(site: WebSite) -> None:
    queue(site)
    site.store.notices.claim(limit=1, now=site.clock.now)
    site.clock.now += CLAIM_LASTS * 2
    site.office.post.tidy()
    assert site.send_mails() == 0


def test_without_a_mailer_everything_stays_queued(site: WebSite) -> None:
    def refuse() -> AbstractContextManager[ScriptedMailer]:
        raise ConfigurationError("the sender is the example's")

    queue(site)
    with pytest.raises(ConfigurationError):
        replace(site.office.post, mailer=refuse).send_due()
    assert site.send_mails() == 1


@pytest.mark.parametrize(
    ("kind", "state", "goes"),
    [
        (NoticeKind.CONFIRM, SubscriberState.PENDING, True),
        (NoticeKind.CONFIRM, SubscriberState.ACTIVE, False),
        (NoticeKind.GOODBYE, SubscriberState.UNSUBSCRIBED, True),
        (NoticeKind.GOODBYE, SubscriberState.ACTIVE, False),
        (NoticeKind.RENEWAL, SubscriberState.SUPPRESSED, False),
        (NoticeKind.MOVE_OLD, SubscriberState.ACTIVE, False),
    ],
)
def test_a_notice_that_makes_no_sense_any_more_is_dropped(
    site: WebSite, kind: NoticeKind, state: SubscriberState, goes: bool
) -> None:
    queue(site, kind)
    reader = site.store.subscribers.get(make_subscriber().id)
    assert reader is not None
    site.store.subscribers.save(replace(reader, state=state))
    assert site.send_mails() == goes


def test_a_notice_to_an_address_they_have_left_is_dropped(site: WebSite) -> None:
    queue(site)
    reader = site.store.subscribers.get(make_subscriber().id)
    assert reader is not None
    site.store.subscribers.save(replace(reader, address="moved@example.org"))
    assert site.send_mails() == 0


def test_the_worker_sends_when_it_is_woken_and_ends_when_asked(site: WebSite) -> None:
    rounds, is_done = [], threading.Event()

    def chores() -> None:
        rounds.append(1)
        if len(rounds) == 2:
            is_done.set()
        if len(rounds) == 1:
            raise RuntimeError("a chore that fails stops nothing")

    worker = PostWorker(post=site.office.post, chores=chores, pause_s=3600.0)
    worker.start()
    while not rounds:
        threading.Event().wait(0.001)
    queue(site)
    worker.wake()
    assert is_done.wait(10)
    worker.stop()
    assert len(site.mails()) == 1
