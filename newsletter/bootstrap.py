"""Put the program together: the only file that knows every adapter.

An SDK, and each room of the job, is imported in the branch that needs it, so that a command, and
the web, wait only for their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import formataddr
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import log
from newsletter.config import (
    Loaded,
    Secrets,
    Settings,
    load_settings,
    require_mail_identity,
    resolve_secrets,
)
from newsletter.delivery.failpoints import Failpoint, armed, watched
from newsletter.house import House
from newsletter.model import Issue
from newsletter.ports import (
    Clock,
    EventQueue,
    Mailer,
    PaperCatalogue,
    SendPace,
    Source,
    Store,
)
from newsletter.render.identity import MailIdentity
from newsletter.sources.calendar import AnnouncementCalendar
from subscribers.model import SubscriberState
from subscribers.tokens import TokenSigner

if TYPE_CHECKING:
    from newsletter.delivery.compose import Composer
    from newsletter.delivery.links import SignedLinks
    from newsletter.delivery.policy import SendPolicy
    from newsletter.job import Collect, FindSummaries, Job
    from newsletter.ranking import RankingMethod
    from newsletter.render.mail import DigestRenderer
    from newsletter.sources.collect import Collected, SourceChoice
    from newsletter.stores.scratch_wish import ScratchWish
    from newsletter.summaries.desk import SummaryDesk
    from newsletter.summaries.shelf import SummaryShelf


def utc_now() -> datetime:
    """Tell the time in UTC."""
    return datetime.now(UTC)


class App:
    """The program, put together from its settings; parts are made when they are asked for."""

    def __init__(
        self, loaded: Loaded, *, clock: Clock = utc_now, failpoint: Failpoint | None = None
    ) -> None:
        self._failpoint = failpoint
        self.settings: Settings = loaded.settings
        self.origins: Mapping[str, str] = loaded.origins
        self.clock = clock
        self.calendar = AnnouncementCalendar()

    @property
    def house(self) -> House:
        """Return the newsletter as it shows in public."""
        return House(
            interests=self.settings.interests.to_interests(),
            title=self.settings.mail.title,
            site_url=self.settings.web.url.rstrip("/"),
            language=self.settings.summaries.house_language,
        )

    def open_store(self) -> Store:
        """Open the store."""
        from newsletter.bootstrap_store import open_real_store

        store = open_real_store(self.settings, clock=self.clock)
        store.ledger = watched(store.ledger, self._failpoint)
        return store

    def open_copy(self, wish: ScratchWish, *, tell: Callable[[str], object]) -> Store:
        """Open a private copy of the store that is thrown away; ``tell`` hears what takes long.

        A file is copied whole, of DynamoDB the newest and what is wished for.
        """
        from newsletter.bootstrap_store import open_copied_store

        return open_copied_store(self.settings, wish, clock=self.clock, tell=tell)

    def open_empty_store(self) -> Store:
        """Open a store that is thrown away and has nothing of ours in it: for the sample."""
        from newsletter.bootstrap_store import open_empty_store

        return open_empty_store(self.settings)

    def job(self, store: Store) -> Job:
        """Return the daily job over this store."""
        from newsletter.job import Job

        return Job(
            papers=store.papers,
            ledger=store.ledger,
            method=self.ranking_method,
            clock=self.clock,
            deadline=self.deadline,
        )

    @property
    def ranking_method(self) -> RankingMethod:
        """Return how papers are scored."""
        from newsletter.ranking import RankingMethod

        return RankingMethod(self.settings.ranking.method)

    def categories(self, store: Store, choice: SourceChoice) -> tuple[str, ...]:
        """Return what must be read: the categories of the house, then those of active readers."""
        from newsletter.sources.collect import SourceChoice

        if choice is SourceChoice.SAMPLE:
            from newsletter.sources.sample import SampleSource

            return SampleSource.categories
        readers = store.subscribers.list_by_state(SubscriberState.ACTIVE)
        theirs = {name for reader in readers for name in reader.interests.categories}
        return tuple(dict.fromkeys((*self.house.interests.categories, *sorted(theirs))))

    def days_to_fetch(self, choice: SourceChoice, on: date) -> tuple[date, ...]:
        """Return the day, and for the sample those before it: it has no others to catch up."""
        from newsletter.sources.collect import SourceChoice

        if choice is not SourceChoice.SAMPLE:
            return (on,)
        from newsletter.sources.sample import SampleSource

        return (*(day for day in SampleSource.days if day < on), on)

    @contextmanager
    def collector(
        self,
        store: Store,
        choice: SourceChoice,
        *,
        on_progress: Callable[[str], None],
        tell: Callable[[str], object] = lambda _: None,
    ) -> Iterator[Collect]:
        """Lend what reads announcements; connections are closed afterwards.

        ``tell`` hears at once of a host that cannot be reached and is tried again.
        """
        from newsletter.bootstrap_arxiv import lend_http, sources_over
        from newsletter.sources.collect import collect

        with lend_http(self.settings, tell=tell) as http:
            sources, lookup = sources_over(http, self.settings, choice, self.calendar)

            def read(categories: Sequence[str], on: date) -> Collected:
                return collect(
                    categories,
                    on,
                    choice=choice,
                    sources=sources,
                    store=store.papers,
                    calendar=self.calendar,
                    now=self.clock(),
                    lookup=lookup,
                    catch_up_days=self.settings.arxiv.catch_up_days,
                    progress=on_progress,
                )

            yield read

    def composer(self, store: Store, issue: Issue) -> Composer:
        """Return what makes the mails of this issue."""
        return self.composer_over(issue, papers=store.papers, summaries=self.shelf(store))

    def composer_over(
        self, issue: Issue, *, papers: PaperCatalogue, summaries: FindSummaries
    ) -> Composer:
        """Return what makes the mails of this issue, wherever papers and summaries are."""
        from newsletter.delivery.compose import Composer

        return Composer(
            issue,
            papers=papers,
            renderer=self._renderer(),
            links=self._links(),
            clock=self.clock,
            summaries=summaries,
        )

    def shelf(self, store: Store) -> SummaryShelf:
        """Return what finds summaries for readers."""
        from newsletter.summaries.prompts import load_prompts
        from newsletter.summaries.shelf import SummaryShelf

        return SummaryShelf(store.summaries, load_prompts(self.settings.summaries.prompts_folder))

    def summary_desk(
        self, store: Store, *, at_most_minutes: float | None = None
    ) -> AbstractContextManager[SummaryDesk]:
        """Lend what makes summaries; connections are closed afterwards.

        With ``at_most_minutes`` nothing new is asked after that, whatever the settings allow.
        """
        from newsletter.bootstrap_arxiv import lend_http
        from newsletter.bootstrap_summaries import lend_desk

        return lend_desk(
            self.settings,
            store.summaries,
            clock=self.clock,
            http=lambda: lend_http(self.settings, attempts=2),
            at_most_minutes=at_most_minutes,
        )

    @contextmanager
    def mailer(self) -> Iterator[Mailer]:
        """Lend the mailer of the settings; connections are closed afterwards.

        Raises:
            ConfigurationError: real mail would go out under an example's name.
        """
        from newsletter.bootstrap_mailer import make_mailer

        require_mail_identity(self.settings)
        mailer = make_mailer(self.settings, self.clock)
        try:
            yield watched(mailer, self._failpoint)
        finally:
            mailer.close()

    def forget_mails(self, address: str) -> None:
        """Delete the mails to an address from our own folder, if that is where mails go."""
        if self.settings.mailer.kind == "maildir":
            from newsletter.mailers.maildir import MaildirMailer

            MaildirMailer(self.settings.mailer.dir).forget(address)

    def send_policy(self, *, spread: bool = False) -> SendPolicy:
        """Return how a run sends; ``spread`` is the operator's."""
        from newsletter.delivery.policy import SendPolicy

        settings = self.settings.delivery
        return SendPolicy(
            rate_per_s=settings.rate_per_s,
            spread=spread,
            deadline=self.deadline,
            resend_silent=settings.resend_silent,
            canary_s=settings.canary_wait_s,
        )

    @property
    def deadline(self) -> timedelta | None:
        """Return how long after its planning a mail may still be sent; None for ever."""
        hours = self.settings.delivery.deadline_h
        return timedelta(hours=hours) if hours else None

    def pace(self) -> AbstractContextManager[SendPace]:
        """Lend the rate that all who send through this account share."""
        from newsletter.bootstrap_store import lend_pace

        return lend_pace(self.settings)

    @contextmanager
    def mailer_to_examine(self) -> Iterator[Mailer]:
        """Lend the mailer of the settings to look at, whoever the mails would be from."""
        from newsletter.bootstrap_mailer import make_mailer

        mailer = make_mailer(self.settings, self.clock)
        try:
            yield mailer
        finally:
            mailer.close()

    @contextmanager
    def feed(self, sleep: Callable[[float], None]) -> Iterator[Source]:
        """Lend arXiv's feed, which is asked once at its pace and without repetition.

        ``sleep`` waits for the pace's permission.
        """
        from newsletter.bootstrap_arxiv import lend_http
        from newsletter.sources.arxiv_feed import FeedSource

        with lend_http(self.settings, attempts=1, sleep=sleep) as http:
            yield FeedSource(http, feed_url=self.settings.arxiv.feed_url)

    @contextmanager
    def event_queue(self, queue_url: str, endpoint_url: str | None = None) -> Iterator[EventQueue]:
        """Lend the queue that events run into; connections are closed afterwards."""
        from newsletter.mailers.sqs import SqsQueue

        queue = SqsQueue(queue_url, endpoint_url=endpoint_url)
        try:
            yield queue
        finally:
            queue.close()

    @property
    def identity(self) -> MailIdentity:
        """Return who sends the mails."""
        mail = self.settings.mail
        return MailIdentity(
            title=mail.title,
            sender=formataddr((mail.title, mail.sender)),
            reply_to=mail.reply_to,
            postal_address=mail.postal_address,
            list_id=mail.list_id,
            site_url=self.house.site_url,
        )

    def secrets(self) -> Secrets:
        """Return the keys of links and hashes; nothing is made on this machine."""
        return resolve_secrets(self.settings, make=False)

    def _renderer(self) -> DigestRenderer:
        from newsletter.render.mail import DigestRenderer

        return DigestRenderer(self.identity)

    def _links(self) -> SignedLinks:
        from newsletter.delivery.links import SignedLinks

        signer = TokenSigner(self.secrets().token_keys, clock=self.clock)
        return SignedLinks(self.house.site_url, signer)


def load(
    config_file: Path | None, environ: Mapping[str, str], *, profile: str | None = None
) -> App:
    """Load the settings and put the program together.

    Args:
        config_file: the settings file that was named.
        environ: settings that count more than the file's.
        profile: names another file than ``newsletter.toml``: ``newsletter.PROFILE.toml``.

    Raises:
        ConfigurationError: a setting is wrong; the message names key, place and fix.
    """
    from newsletter.bootstrap_aws import secrets_of

    loaded = load_settings(config_file, environ, profile=profile)
    log.configure(loaded.settings.log.level, loaded.settings.log.format)
    elsewhere = secrets_of(loaded.settings)
    if elsewhere:
        loaded = load_settings(config_file, environ, profile=profile, secrets=elsewhere)
    return App(loaded, failpoint=armed(environ))
