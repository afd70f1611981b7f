"""The service as a scheduler, a queue and a web server see it, in one process or in many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from newsletter.log import get_logger

if TYPE_CHECKING:
    from newsletter.bootstrap import App
    from newsletter.delivery.attempt import Compose
    from newsletter.delivery.event_report import EventReport
    from newsletter.fanout.catalogue import BundleCatalogue, BundleShelf
    from newsletter.fanout.plan import PlanReport
    from newsletter.fanout.prepare import Means, PrepareReport
    from newsletter.fanout.worker import Worker
    from newsletter.model import Batch, Claim, Entry, Envelope, Issue, SummaryRun
    from newsletter.ports import BundleStore, ParcelQueue, Store
    from newsletter.summaries.wanted import Wanted

LOCK_FOR: Final = timedelta(minutes=16)
REST_S: Final = 180.0
"""Seconds that are kept for what follows the making of summaries."""
LAST_NOTICE_S: Final = 20.0
"""How much time there has to be for one mail about a subscription, however slow its provider."""
BATCH_IS_LATE: Final = timedelta(hours=12)
OLDEST_BATCH_DAYS: Final = 5
LEAST_WORKERS: Final = 16
"""Mails at once: so many are claimed in one go, which spares requests to the ledger."""


class Service:
    """What is done when somebody calls; parts are made when they are first needed.

    Attributes:
        app, store, queue: what it works with; closing them is up to who opened them.
    """

    def __init__(self, app: App, store: Store, *, queue: ParcelQueue, bundles: BundleStore) -> None:
        self.app = app
        self.store = store
        self.queue = queue
        self._files = bundles
        self._shelf: BundleShelf | None = None
        self._worker: Worker | None = None
        self._open = ExitStack()

    def prepare(self, now: datetime, *, time_left_s: Callable[[], float]) -> PrepareReport:
        """Prepare the day of ``now``, the scheduled time; see ``fanout.prepare``."""
        from newsletter.fanout.prepare import Preparer

        preparer = Preparer(
            store=self.store,
            bundles=self._bundles(),
            calendar=self.app.calendar,
            means=self._means(time_left_s),
            method=self.app.ranking_method,
        )
        report = preparer.run(now)
        get_logger().info(
            "issue.prepared" if report.state == "ready" else "issue.not_prepared",
            day=str(report.day),
            state=report.state,
            announced=report.announced,
            picked=report.picked,
            cost_usd=report.cost_usd,
            incomplete=len(report.incomplete),
        )
        return report

    def fanout(self, now: datetime, *, time_left_s: Callable[[], float]) -> PlanReport | None:
        """Sweep, then plan the hours that are due at ``now``; None when another one does.

        See ``fanout.sweep`` and ``fanout.plan``.
        """
        until = now + LOCK_FOR
        if not self.store.slots.lock("fanout", now=now, until=until):
            get_logger().warning("slots.locked")
            return None
        try:
            try:
                again = self._sweep(now)
            finally:
                # What cannot be put in order of yesterday keeps nobody from today's mail.
                report = self._plan(now, time_left_s)
        finally:
            self.store.slots.unlock("fanout", until=until)
        self._tell(report, again, now)
        return report

    def worker(self) -> Worker:
        """Return what delivers parcels; its mailer stays open until ``close``."""
        if self._worker is None:
            self._worker = self._make_worker()
        return self._worker

    def take_events(self, payloads: Sequence[str | bytes]) -> EventReport:
        """Keep and apply what SES tells.

        Raises:
            StoreError: not all of it was kept; give it all again.
        """
        from newsletter.delivery.events import apply_payloads
        from newsletter.mailers.ses_events import read_events

        report = apply_payloads(
            payloads, read=read_events, events=self.store.events, clock=self.app.clock
        )
        changes = {state.value: number for state, number in report.changes.items()}
        get_logger().info(
            "events.applied",
            payloads=report.payloads,
            new=report.new,
            unreadable=report.unreadable,
            alarms=report.alarms,
            suppressed=report.suppressed,
            delivered=changes.get("delivered", 0),
            bounced=changes.get("bounced", 0),
            complained=changes.get("complained", 0),
        )
        return report

    def send_post(self, *, time_left_s: Callable[[], float]) -> int:
        """End pauses that are over and send what readers wait for; return how many mails.

        What is left when time is short waits for the next call: a mail whose sender is stopped
        in between would never be sent.
        """
        from newsletter.web.opening import open_office

        office = open_office(self.app, self.store)
        office.do_chores()
        sent = office.post.send_due(lambda: time_left_s() > LAST_NOTICE_S)
        get_logger().info("post.sent", sent=sent)
        return sent

    def close(self) -> None:
        """Close what this made."""
        self._open.close()

    def _bundles(self) -> BundleShelf:
        from newsletter.fanout.catalogue import BundleShelf

        if self._shelf is None:
            self._shelf = BundleShelf(self._files, self.store.papers)
        return self._shelf

    def _sweep(self, now: datetime) -> int:
        from newsletter.fanout.sweep import Sweeper

        sweeper = Sweeper(
            store=self.store,
            queue=self.queue,
            calendar=self.app.calendar,
            clock=self.app.clock,
            deadline=self.app.deadline,
            resend_silent=self.app.settings.delivery.resend_silent,
        )
        return sweeper.run(now)

    def _plan(self, now: datetime, time_left_s: Callable[[], float]) -> PlanReport:
        from newsletter.fanout.hours import Hours
        from newsletter.fanout.plan import Planner

        planner = Planner(
            hours=Hours(calendar=self.app.calendar),
            slots=self.store.slots,
            ledger=self.store.ledger,
            queue=self.queue,
            bundles=self._bundles(),
            method=self.app.ranking_method,
            time_left_s=time_left_s,
        )
        return planner.run(now)

    def _tell(self, report: PlanReport, again: int, now: datetime) -> None:
        age = self._batch_age(now)
        get_logger().info(
            "slots.planned",
            slots=report.slots,
            waiting=report.waiting,
            readers=report.planned,
            picked=report.picked,
            parcels=report.parcels,
            again=again,
            is_cut=report.is_cut,
            last_batch_age_h=round(age / timedelta(hours=1), 2),
            is_missing=int(self._is_missing(now)),
        )

    def _batch_age(self, now: datetime) -> timedelta:
        """Return how long ago the newest announcement that is ready came out."""
        calendar = self.app.calendar
        day = calendar.current_day(now)
        for _ in range(OLDEST_BATCH_DAYS):
            if self.store.slots.ready(f"{day}-daily") is not None:
                break
            day = calendar.previous_day(day)
        return now - calendar.available_at(day)

    def _is_missing(self, now: datetime) -> bool:
        day: date = self.app.calendar.current_day(now - BATCH_IS_LATE)
        return self.store.slots.ready(f"{day}-daily") is None

    def _means(self, time_left_s: Callable[[], float]) -> Means:
        from newsletter.fanout.prepare import Means

        app = self.app
        shelf = app.shelf(self.store)

        def summarise(wanted: Sequence[Wanted], issues: Sequence[Issue]) -> SummaryRun:
            minutes = max(0.1, (time_left_s() - REST_S) / 60)
            with app.summary_desk(self.store, at_most_minutes=minutes) as desk:
                return app.job(self.store).summarise(wanted, issues, desk=desk)

        return Means(
            fetch=self._fetch,
            summarise=summarise,
            find_summaries=shelf,
            language=shelf.language,
            languages=shelf.languages,
            house=self._house_entries,
            house_language=app.house.language,
            house_categories=app.house.interests.categories,
        )

    def _fetch(self, day: date, categories: Sequence[str]) -> Sequence[Batch]:
        from newsletter.sources.collect import SourceChoice

        log = get_logger()
        with self.app.collector(
            self.store,
            SourceChoice.AUTO,
            on_progress=lambda text: log.info("fetch.went_on", at=text),
        ) as collect:
            collected = self.app.job(self.store).fetch(day, categories=categories, collect=collect)
        return collected.batches

    def _house_entries(self, day: date) -> Sequence[Entry]:
        return self.app.job(self.store).house_issue(day, self.app.house).entries

    def _make_worker(self) -> Worker:
        from newsletter.fanout.account import remembering
        from newsletter.fanout.worker import Worker

        settings = self.app.settings.delivery
        return Worker(
            ledger=self.store.ledger,
            bundles=self._bundles(),
            mailer=remembering(self._open.enter_context(self.app.mailer())),
            make_compose=self._compose,
            pace=self._open.enter_context(self.app.pace()),
            # With parcels there is no first one whose events could be waited for.
            policy=replace(self.app.send_policy(spread=True), canary_s=0.0, resend_silent=False),
            clock=self.app.clock,
            workers=max(settings.workers, LEAST_WORKERS),
            lease_s=settings.lease_s,
        )

    def _compose(self, issue: Issue, catalogue: BundleCatalogue) -> Compose:
        from newsletter.delivery.compose import Composer

        language = self.app.shelf(self.store).language
        composer: Composer = self.app.composer_over(
            issue,
            papers=catalogue,
            summaries=lambda papers, tag: catalogue.summaries(papers, language(tag)),
        )

        def compose(claim: Claim) -> Envelope:
            return composer.compose(claim.delivery, claim.subscriber).envelope

        return compose
