"""A dry run: everything but claims and sends. The mails go into files for people to look at."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsletter.delivery.compose import Composer, Mail
from newsletter.errors import UsageError
from newsletter.model import Delivery, DeliveryState
from newsletter.ports import Clock, Ledger
from newsletter.render.lint import lint
from newsletter.render.preview import PreviewRow, preview_page
from subscribers.ports import SubscriberStore

_OF_A_DRY_RUN = re.compile(r"\d{3,}-[A-Za-z0-9.-]+\.(?:html|txt|eml)")
_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a dry run made.

    Attributes:
        rows: the mails, in the order of the deliveries.
        skipped: readers who get none.
        index: the page that shows all of them.
    """

    rows: tuple[PreviewRow, ...]
    skipped: tuple[str, ...]
    index: Path


class PreviewWriter:
    """Write mails below a folder; those of an earlier dry run are removed first."""

    def __init__(
        self,
        folder: Path,
        *,
        ledger: Ledger,
        subscribers: SubscriberStore,
        clock: Clock,
        on_progress: Callable[[PreviewRow], None] | None = None,
    ) -> None:
        self._folder = _made_ready(folder)
        self._ledger = ledger
        self._subscribers = subscribers
        self._clock = clock
        self._tell = on_progress or _tell_nobody
        self._rows: list[PreviewRow] = []
        self._skipped: list[str] = []

    def write(self, issue_id: str, composer: Composer, *, limit: int | None = None) -> None:
        """Write the mails that are planned for an issue, at most ``limit`` in all."""
        for delivery in self._ledger.deliveries(issue_id):
            if limit is not None and len(self._rows) >= limit:
                return
            self._write_delivery(delivery, composer)

    def finish(self) -> Preview:
        """Write the page that shows all mails, and return what was made."""
        index = self._folder / "index.html"
        page = preview_page(self._rows, skipped=self._skipped, made_at=self._clock())
        index.write_text(page, encoding="utf-8")
        return Preview(rows=tuple(self._rows), skipped=tuple(self._skipped), index=index)

    def _write_delivery(self, delivery: Delivery, composer: Composer) -> None:
        subscriber = self._subscribers.get(delivery.subscriber_id)
        if subscriber is None:
            return
        if delivery.state is not DeliveryState.PLANNED:
            why = (delivery.reason or delivery.state.value).replace("_", " ")
            self._skipped.append(f"{subscriber.address} ({why})")
            return
        mail = composer.compose(delivery, subscriber)
        row = _row(mail, stem=f"{len(self._rows) + 1:03}-{_file_name(subscriber.address)}")
        self._write_files(row.stem, mail)
        self._rows.append(row)
        self._tell(row)

    def _write_files(self, stem: str, mail: Mail) -> None:
        (self._folder / f"{stem}.html").write_text(mail.message.html, encoding="utf-8")
        (self._folder / f"{stem}.txt").write_text(mail.message.text, encoding="utf-8")
        (self._folder / f"{stem}.eml").write_bytes(mail.envelope.raw)


def _row(mail: Mail, *, stem: str) -> PreviewRow:
    entries = mail.digest.entries
    findings = lint(mail.message)
    return PreviewRow(
        reader=mail.digest.subscriber.address,
        issue_id=mail.digest.issue.id,
        stem=stem,
        papers=len(entries),
        top_score=max((entry.score.value for entry in entries), default=0.0),
        html_bytes=mail.message.html_bytes,
        findings=tuple(f"{each.rule}: {each.detail}" for each in findings),
        is_broken=any(not each.is_blemish for each in findings),
    )


def _made_ready(folder: Path) -> Path:
    """Make the folder, without mails of an earlier dry run.

    Raises:
        UsageError: it is no folder, or may not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if _OF_A_DRY_RUN.fullmatch(path.name):
                path.unlink()
    except OSError as error:
        raise UsageError(
            f"mails cannot be written to {folder}: {error.strerror}; choose a folder with --out"
        ) from error
    return folder


def _file_name(address: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("-", address)[:60].strip("-.")


def _tell_nobody(row: PreviewRow) -> None:
    """Take progress that nobody asked for."""
