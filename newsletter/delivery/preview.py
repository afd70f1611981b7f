"""A dry run: everything but claims and sends. The mails go into files for people to look at."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsletter.delivery.compose import Composer, Mail
from newsletter.delivery.preview_folder import INDEX, PreviewFolder
from newsletter.model import Delivery, DeliveryState
from newsletter.ports import Clock, Ledger
from newsletter.render.lint import lint
from newsletter.render.preview import PreviewRow, preview_page
from subscribers.ports import SubscriberStore

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
    """Write mails below a folder; those of an earlier dry run are removed first.

    Attributes:
        only: ids of the deliveries that are looked at; None for all.
        is_again: whether mails that went out already are shown once more.
    """

    def __init__(  # noqa: PLR0913 - what is looked at, and how
        self,
        folder: Path,
        *,
        ledger: Ledger,
        subscribers: SubscriberStore,
        clock: Clock,
        only: Collection[str] | None = None,
        is_again: bool = False,
        on_progress: Callable[[PreviewRow], None] | None = None,
    ) -> None:
        self._folder = PreviewFolder(folder)
        self._only = only
        self._is_again = is_again
        self._ledger = ledger
        self._subscribers = subscribers
        self._clock = clock
        self._tell = on_progress or _tell_nobody
        self._rows: list[PreviewRow] = []
        self._skipped: list[str] = []

    def write(self, issue_id: str, composer: Composer, *, limit: int | None = None) -> None:
        """Write the mails that are planned for an issue, at most ``limit`` in all."""
        for delivery in self._meant(issue_id):
            if limit is not None and len(self._rows) >= limit:
                return
            self._write_delivery(delivery, composer)

    def finish(self) -> Preview:
        """Write the page that shows all mails, and return what was made."""
        page = preview_page(self._rows, skipped=self._skipped, made_at=self._clock())
        index = self._folder.write(INDEX, page.encode())
        return Preview(rows=tuple(self._rows), skipped=tuple(self._skipped), index=index)

    def _meant(self, issue_id: str) -> Iterator[Delivery]:
        for delivery in self._ledger.deliveries(issue_id):
            if self._only is None or delivery.id in self._only:
                yield delivery

    def _is_shown(self, delivery: Delivery) -> bool:
        return delivery.state is DeliveryState.PLANNED or (self._is_again and bool(delivery.picks))

    def _write_delivery(self, delivery: Delivery, composer: Composer) -> None:
        subscriber = self._subscribers.get(delivery.subscriber_id)
        if subscriber is None:
            return
        if not self._is_shown(delivery):
            why = (delivery.reason or delivery.state.value).replace("_", " ")
            self._skipped.append(f"{subscriber.address} ({why})")
            return
        mail = composer.compose(delivery, subscriber)
        row = _row(mail, stem=f"{len(self._rows) + 1:03}-{_file_name(subscriber.address)}")
        self._write_files(row.stem, mail)
        self._rows.append(row)
        self._tell(row)

    def _write_files(self, stem: str, mail: Mail) -> None:
        self._folder.write(f"{stem}.html", mail.message.html.encode())
        self._folder.write(f"{stem}.txt", mail.message.text.encode())
        self._folder.write(f"{stem}.eml", mail.envelope.raw)


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


def _file_name(address: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("-", address)[:60].strip("-.")


def _tell_nobody(row: PreviewRow) -> None:
    """Take progress that nobody asked for."""
