"""What a dry run does instead of sending: mails as files, and a table of them."""

from collections.abc import Collection, Sequence
from pathlib import Path

from ulid import ULID

from newsletter.bootstrap import App
from newsletter.choosing import Readers
from newsletter.cli.output import note, print_json, print_table
from newsletter.cli.progress import progress
from newsletter.cli.summarising import show_dry_summaries
from newsletter.delivery.preview import Preview, PreviewWriter
from newsletter.errors import RenderError
from newsletter.model import Issue, SummaryEstimate
from newsletter.ports import Store
from newsletter.render.preview import PreviewRow
from newsletter.sources.collect import SourceChoice
from subscribers.lifecycle import subscribe_directly
from subscribers.model import SubscriberState
from subscribers.preferences import Preferences

COLUMNS = ("reader", "issue", "papers", "top score", "bytes", "findings")
HOUSE_READER = "you@example.org"


def lend_readers(program: App, store: Store, source: SourceChoice) -> None:
    """Add readers to a scratch store that has none: the sample's, or one with house interests."""
    if next(store.subscribers.list_by_state(SubscriberState.ACTIVE), None) is not None:
        return
    if source is SourceChoice.SAMPLE:
        from newsletter.sources.sample_readers import sample_readers

        for reader in sample_readers():
            store.subscribers.add(reader)
        note("These are the sample's own readers; --only EMAIL shows it to one of yours.")
        return
    house = subscribe_directly(
        HOUSE_READER,
        subscriber_id=str(ULID()),
        template=program.house.interests,
        preferences=Preferences(),
        now=program.clock(),
    )
    store.subscribers.add(house)
    note("There are no active readers: this is the digest of the house's interests.")


def dry_run(
    program: App,
    store: Store,
    issues: Sequence[Issue],
    readers: Readers,
    *,
    out: Path,
    limit: int | None = None,
    only: Collection[str] | None = None,
    is_again: bool = False,
    json: bool,
) -> int:
    """Write the mails of these issues and say what was made; return the exit code.

    With ``only``, none but deliveries of these ids; ``is_again`` also those that went out.
    """
    summaries = show_dry_summaries(program, store, issues, readers)
    counts = (store.ledger.count_by_state(issue.id, only=only) for issue in issues)
    total = sum(sum(each.values()) for each in counts)
    with progress("Rendering", total=min(total, limit or total)) as advance:
        writer = PreviewWriter(
            out,
            ledger=store.ledger,
            subscribers=store.subscribers,
            clock=program.clock,
            only=only,
            is_again=is_again,
            on_progress=lambda row: advance(row.reader),
        )
        for issue in issues:
            writer.write(issue.id, program.composer(store, issue), limit=limit)
    preview = writer.finish()
    _show(preview, summaries, json=json)
    return RenderError.exit_code if any(row.is_broken for row in preview.rows) else 0


def _show(preview: Preview, summaries: SummaryEstimate, *, json: bool) -> None:
    if json:
        facts = {"mails": preview.rows, "skipped": preview.skipped, "index": preview.index}
        print_json(facts | {"summaries": summaries})
        return
    print_table(COLUMNS, map(_cells, preview.rows))
    for reader in preview.skipped:
        note(f"No mail for {reader}.")
    note(f"\nNothing was sent. Look at {preview.index}")


def _cells(row: PreviewRow) -> tuple[object, ...]:
    return (
        row.reader,
        row.issue_id,
        row.papers,
        f"{row.top_score:.1f}",
        f"{row.html_bytes:,}",
        "; ".join(row.findings) or "none",
    )
