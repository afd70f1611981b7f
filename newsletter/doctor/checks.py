"""Which checks there are, for these settings; the only file here that knows the whole program."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from ulid import ULID

from newsletter.bootstrap import App
from newsletter.delivery.event_pull import pull
from newsletter.doctor import domain
from newsletter.doctor.arxiv import check_arxiv, sleep_briefly
from newsletter.doctor.digest import FIX as DIGEST_FIX
from newsletter.doctor.digest import check_digest
from newsletter.doctor.examine import Check, examine
from newsletter.doctor.finding import Finding, ok
from newsletter.doctor.prove_events import WAIT_S, Timer, WasSeen, make_proof, prove_events
from newsletter.doctor.resolver import DnsResolver, Resolver
from newsletter.doctor.ses_account import check_account
from newsletter.doctor.ses_events import check_configuration_set
from newsletter.doctor.ses_identity import check_identity, find_identity
from newsletter.doctor.settings import check_settings
from newsletter.doctor.smtp import check_smtp
from newsletter.doctor.store import (
    check_disk,
    check_folder,
    check_secrets,
    check_store,
    count_active_readers,
)
from newsletter.doctor.summaries import FIX as SUMMARIES_FIX
from newsletter.doctor.summaries import check_summaries
from newsletter.mailers.ses import SesMailer
from newsletter.mailers.ses_account import SenderIdentity
from newsletter.mailers.ses_errors import NoAnswer
from newsletter.mailers.ses_events import read_events
from newsletter.mailers.smtp import SmtpMailer
from newsletter.ports import Store
from newsletter.render.mime import bare_address

QUEUE_WAIT_S = 3
MAX_PULLED = 1_000

SETTINGS_FIX = "correct the setting that the message names"
DATA_FIX = "follow the message, or set store.data_dir to another folder"
ARXIV_FIX = "check this machine's network and arxiv.feed_url; arXiv itself may be down for a while"
MAILER_FIX = "follow the message; the settings are in [mailer]"
DNS_FIX = "check mail.from"
PROOF_FIX = "follow the message; until this works nobody learns of bounces and complaints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What of the examination is wanted.

    Attributes:
        offline: look at this machine only.
        prove: send a mail to the provider's simulator and wait for its event.
        queue: the URL of the queue to pull events from meanwhile; None waits for others to.
        wait_s: how long at most, in seconds.
        dns_server: ``IP`` or ``IP:PORT``; None asks the machine's own name servers.
    """

    offline: bool = False
    prove: bool = False
    queue: str | None = None
    wait_s: float = WAIT_S
    dns_server: str | None = None
    timer: Timer = field(default_factory=Timer)


def checks_of(app: App, wishes: Wishes) -> tuple[Check, ...]:
    """Return the checks in their order; raise ``UsageError`` when a wish cannot be understood."""
    here = _checks_here(app)
    if wishes.offline:
        return here
    kind = app.settings.mailer.kind
    resolver = DnsResolver(wishes.dns_server)
    there: tuple[Check, ...] = (Check(name="arxiv", run=lambda: _arxiv(app), fix=ARXIV_FIX),)
    there += (Check(name="summaries", run=lambda: _summaries(app), fix=SUMMARIES_FIX),)
    if kind == "ses":
        there += (Check(name="mailer", run=lambda: _ses(app, resolver), fix=MAILER_FIX),)
    if kind == "smtp":
        there += (Check(name="mailer", run=lambda: _smtp(app), fix=MAILER_FIX),)
        there += _dns_checks(app, resolver)
    if wishes.prove:
        there += (Check(name="proof", run=lambda: _prove(app, wishes), fix=PROOF_FIX),)
    return here + there


def _checks_here(app: App) -> tuple[Check, ...]:
    settings = app.settings
    checks: tuple[Check, ...] = (
        Check(
            name="settings",
            run=lambda: check_settings(settings, app.origins),
            fix=SETTINGS_FIX,
        ),
        Check(name="secrets", run=lambda: check_secrets(settings), fix=DATA_FIX),
        Check(name="store", run=lambda: check_store(settings, app.open_store), fix=DATA_FIX),
        Check(name="disk", run=lambda: check_disk(settings), fix=DATA_FIX),
        Check(name="digest", run=lambda: check_digest(app), fix=DIGEST_FIX),
    )
    if settings.mailer.kind == "maildir":
        checks += (Check(name="mailer", run=lambda: _maildir(app), fix=MAILER_FIX),)
    return checks


def _maildir(app: App) -> Iterator[Finding]:
    yield ok(
        "mailer", 'mails are written to files; to send them, set mailer.kind to "smtp" or "ses"'
    )
    yield from check_folder("mailer", app.settings.mailer.dir, setting="mailer.dir")


def _arxiv(app: App) -> Iterator[Finding]:
    category = app.house.interests.categories[0]
    with app.feed(sleep_briefly()) as feed:
        yield from check_arxiv(feed, category, calendar=app.calendar, now=app.clock())


def _summaries(app: App) -> Iterator[Finding]:
    with app.open_empty_store() as store, app.summary_desk(store) as desk:
        yield from check_summaries(desk.summarizer)


def _smtp(app: App) -> Iterator[Finding]:
    with app.mailer_to_examine() as mailer:
        assert isinstance(mailer, SmtpMailer)
        yield from check_smtp(mailer, app.settings.mailer)


def _dns_checks(app: App, resolver: Resolver) -> tuple[Check, ...]:
    name, selector = _domain(app), app.settings.mailer.dkim_selector

    return (
        Check(name="spf", run=lambda: domain.check_spf(resolver, name), fix=DNS_FIX),
        Check(
            name="dkim",
            run=lambda: domain.check_dkim(resolver, name, selector=selector),
            fix=DNS_FIX,
        ),
        Check(name="dmarc", run=lambda: domain.check_dmarc(resolver, name), fix=DNS_FIX),
    )


def _ses(app: App, resolver: Resolver) -> Iterator[Finding]:
    with app.mailer_to_examine() as mailer:
        assert isinstance(mailer, SesMailer)
        yield from examine(_ses_checks(app, mailer, resolver), lambda _: None)


def _ses_checks(app: App, ses: SesMailer, resolver: Resolver) -> tuple[Check, ...]:
    settings = app.settings

    @cache
    def identity() -> SenderIdentity | NoAnswer:
        return find_identity(ses.identity, settings.mail.sender)

    def account() -> Iterator[Finding]:
        return check_account(ses.account(), count_active_readers(settings, app.open_store))

    def events() -> Iterator[Finding]:
        return check_configuration_set(ses.configuration_set(), settings.mailer.configuration_set)

    return (
        Check(name="account", run=account, fix=MAILER_FIX),
        Check(name="identity", run=lambda: check_identity(identity()), fix=MAILER_FIX),
        Check(name="events", run=events, fix=MAILER_FIX),
        Check(name="spf", run=lambda: _ses_spf(resolver, identity()), fix=DNS_FIX),
        Check(name="dkim", run=lambda: _ses_dkim(resolver, identity(), _domain(app)), fix=DNS_FIX),
        Check(name="dmarc", run=lambda: domain.check_dmarc(resolver, _domain(app)), fix=DNS_FIX),
    )


def _ses_spf(resolver: Resolver, identity: SenderIdentity | NoAnswer) -> Iterator[Finding]:
    """Check the domain that bounces go to, if it is ours: else its record is Amazon's."""
    if isinstance(identity, SenderIdentity) and identity.mail_from:
        yield from domain.check_spf(resolver, identity.mail_from, include=domain.SES_HOST)


def _ses_dkim(
    resolver: Resolver, identity: SenderIdentity | NoAnswer, sender_domain: str
) -> Iterator[Finding]:
    if isinstance(identity, SenderIdentity) and identity.dkim_tokens and identity.is_domain:
        yield from domain.check_ses_dkim(resolver, identity.name, identity.dkim_tokens)
    else:
        yield from domain.check_dkim(resolver, sender_domain)


def _domain(app: App) -> str:
    return bare_address(app.settings.mail.sender).rpartition("@")[2].lower()


def _prove(app: App, wishes: Wishes) -> Iterator[Finding]:
    sender = app.settings.mail.sender
    proof = make_proof(f"doctor-{ULID()}", sender=sender, at=app.clock())
    with (
        app.mailer() as mailer,
        app.open_store() as store,
        _seeing(app, store, wishes.queue) as was_seen,
    ):
        yield from prove_events(
            mailer, proof, was_seen=was_seen, timer=wishes.timer, wait_s=wishes.wait_s
        )


@contextmanager
def _seeing(app: App, store: Store, queue_url: str | None) -> Iterator[WasSeen]:
    """Lend what looks for events in the store, and brings them there from the queue, if any."""
    if queue_url is None:
        yield store.events.was_kept
        return
    with app.event_queue(queue_url) as queue:

        def was_seen(delivery_id: str) -> bool:
            pull(
                queue,
                read=read_events,
                events=store.events,
                clock=app.clock,
                wait_s=QUEUE_WAIT_S,
                limit=MAX_PULLED,
                once=True,
                may_go_on=lambda: not store.events.was_kept(delivery_id),
            )
            return store.events.was_kept(delivery_id)

        yield was_seen
