"""Ranking, templates and renderer: a digest of invented papers keeps all rules of mails."""

import secrets
from collections.abc import Iterator

from newsletter.bootstrap import App
from newsletter.delivery.schedule import edition_of
from newsletter.doctor.finding import BUG, Finding, ok, problem
from newsletter.model import Issue, Message
from newsletter.render.lint import lint
from newsletter.sources.collect import SourceChoice
from newsletter.sources.sample import SampleSource
from newsletter.sources.sample_readers import sample_readers
from newsletter.stores.sqlite.store import SqliteStore, open_scratch
from subscribers.model import Subscriber

FIX = "look at mail.title and mail.postal_address; if they are plain, report a bug"


def check_digest(app: App) -> Iterator[Finding]:
    """Make one mail of the sample, in a store of its own, under the names of the settings."""
    reader = sample_readers()[0]
    with open_scratch(None, address_key=secrets.token_bytes(32)) as store:
        (issue,) = _planned(app, store, reader)
        message = _composed(app, store, issue, reader)
    findings = lint(message)
    if not findings:
        yield ok("digest", f"a sample digest keeps all rules: {message.html_bytes:,} bytes of HTML")
    for finding in findings:
        yield problem(
            "digest",
            f"a sample digest breaks the rule {finding.rule}: {finding.detail}",
            fix=FIX,
            exit_code=BUG,
        )


def _planned(app: App, store: SqliteStore, reader: Subscriber) -> tuple[Issue, ...]:
    store.subscribers.add(reader)
    job, day = app.job(store), SampleSource.latest_on
    choice = SourceChoice.SAMPLE
    with app.collector(store, choice, on_progress=lambda _: None) as collect:
        job.fetch(day, categories=app.categories(store, choice), collect=collect)
    return job.plan_editions(lambda: (reader,), lambda one: edition_of(day, one.cadence))


def _composed(app: App, store: SqliteStore, issue: Issue, reader: Subscriber) -> Message:
    (delivery,) = store.ledger.deliveries(issue.id)
    return app.composer(store, issue).compose(delivery, reader).message
