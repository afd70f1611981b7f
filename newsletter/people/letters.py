"""What each notice says to its reader."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newsletter.model import Entry, Envelope
from newsletter.model.delivery_id import NOTICE_PREFIX
from newsletter.people.links import ReaderLinks
from newsletter.ports import Clock
from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.footer import interests_line
from newsletter.render.identity import MailIdentity
from newsletter.render.labels import Labels
from newsletter.render.mime import split_mailbox, to_bytes
from newsletter.render.notices import NoticeMail, NoticeRenderer, Value
from newsletter.render.reasons import reason_text, shown_reasons
from subscribers.address import mask
from subscribers.model import Frequency, Subscriber, SubscriberState
from subscribers.moves import Mailbox, Move
from subscribers.notices import Notice, NoticeKind

MAX_PAPERS: Final = 5
MAX_TITLE_COLUMNS: Final = 200

LatestPapers = Callable[[Subscriber], Sequence[Entry]]
"""Return what the latest issue would have had for a reader, best first."""

_HEADED: Final[Mapping[NoticeKind, tuple[str, str, str, str]]] = {
    NoticeKind.CONFIRM: ("confirm", "confirm_headline", "confirm_preheader", "confirm_why"),
    NoticeKind.WELCOME: ("welcome", "welcome_headline", "welcome_preheader", ""),
    NoticeKind.GOODBYE: ("goodbye", "goodbye_headline", "goodbye_preheader", "goodbye_why"),
    NoticeKind.RENEWAL: ("renewal", "renewal_headline", "renewal_preheader", "renewal_why"),
    NoticeKind.MOVE_NEW: ("address_change", "move_headline", "move_preheader", "move_why"),
    NoticeKind.MOVE_OLD: ("address_change", "move_headline", "move_preheader", "move_why"),
    NoticeKind.EXPORT: ("data", "data_headline_export", "data_preheader", "data_why"),
    NoticeKind.ERASE: ("data", "data_headline_erase", "data_preheader", "data_why"),
}
"""Kind → folder of templates, and the labels of headline, preheader and why it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Write notices as finished mails."""

    renderer: NoticeRenderer
    identity: MailIdentity
    links: ReaderLinks
    latest: LatestPapers
    clock: Clock

    def write(self, notice: Notice, reader: Subscriber, *, move: Move | None) -> Envelope:
        """Write one; raise ``RenderError`` when it cannot be made."""
        labels = self.renderer.labels(reader.language)
        message = self.renderer.render(
            self._mail(notice, reader, labels, move=move),
            language=reader.language,
            recipient=notice.address,
            delivery_id=f"{NOTICE_PREFIX}{notice.id}",
        )
        return Envelope(
            delivery_id=message.delivery_id,
            issue_id=f"notice-{notice.kind.value}",
            attempt=1,
            sender=split_mailbox(message.sender)[1],
            recipient=message.recipient,
            raw=to_bytes(message, sent_at=self.clock()),
        )

    def _mail(
        self, notice: Notice, reader: Subscriber, labels: Labels, *, move: Move | None
    ) -> NoticeMail:
        mail, headline, preheader, why = _HEADED[notice.kind]
        is_theirs = notice.kind is not NoticeKind.MOVE_NEW
        may_leave = is_theirs and reader.state is not SubscriberState.UNSUBSCRIBED
        return NoticeMail(
            mail=mail,
            headline=headline,
            preheader=preheader,
            why=labels.text(why) if why else labels.text("why_you", title=self.identity.title),
            values=self._values(notice, reader, labels, move=move),
            archive_url=f"{self.links.base}/i",
            help_url=f"{self.links.base}/help",
            unsubscribe_url=self.links.unsubscribe(reader) if may_leave else "",
        )

    def _values(
        self, notice: Notice, reader: Subscriber, labels: Labels, *, move: Move | None
    ) -> Mapping[str, Value]:
        if notice.kind is NoticeKind.WELCOME:
            return self._welcome(reader, labels)
        if notice.kind in (NoticeKind.MOVE_NEW, NoticeKind.MOVE_OLD):
            assert move is not None
            return self._move(notice.kind, move)
        return {"url": self._url(notice.kind, reader), "is_erase": notice.kind is NoticeKind.ERASE}

    def _url(self, kind: NoticeKind, reader: Subscriber) -> str:
        makers: Mapping[NoticeKind, Callable[[Subscriber], str]] = {
            NoticeKind.CONFIRM: self.links.confirm,
            NoticeKind.RENEWAL: self.links.preferences,
            NoticeKind.EXPORT: self.links.export,
            NoticeKind.ERASE: self.links.erase,
        }
        return makers[kind](reader) if kind in makers else f"{self.links.base}/subscribe"

    def _move(self, kind: NoticeKind, move: Move) -> Mapping[str, Value]:
        is_new = kind is NoticeKind.MOVE_NEW
        return {
            "url": self.links.move(move, Mailbox.NEW if is_new else Mailbox.OLD),
            "is_new": is_new,
            "address": mask(move.address),
        }

    def _welcome(self, reader: Subscriber, labels: Labels) -> Mapping[str, Value]:
        entries = self.latest(reader)[:MAX_PAPERS]
        day = entries[0].paper.issue_on if entries else None
        return {
            "url": self.links.preferences(reader),
            "when": when_sent(reader, labels),
            "interests": interests_line(reader, labels),
            "date": labels.day(day) if day else "",
            "papers": tuple(self._paper(entry, labels) for entry in entries),
        }

    def _paper(self, entry: Entry, labels: Labels) -> Mapping[str, str]:
        chosen, _ = shown_reasons(entry.score.reasons, 3)
        reasons = ", ".join(reason_text(each.kind, each.term, labels).plain for each in chosen)
        return {
            "title": cut(one_line(entry.paper.title), MAX_TITLE_COLUMNS),
            "url": f"{self.links.base}/a/{entry.paper.id}",
            "detail": cut(f"{labels.text('why')} {reasons}", MAX_TITLE_COLUMNS) if reasons else "",
        }


def when_sent(reader: Subscriber, labels: Labels) -> str:
    """Say when digests come, in the reader's language."""
    cadence = reader.cadence
    time, zone = cadence.send_at.strftime("%H:%M"), reader.timezone
    match cadence.frequency:
        case Frequency.WEEKLY:
            day = labels.weekdays[cadence.weekday]
            return labels.text("when_weekly", day=day, time=time, zone=zone)
        case Frequency.WEEKDAYS:
            return labels.text("when_weekdays", time=time, zone=zone)
        case Frequency.DAILY:
            return labels.text("when_daily", time=time, zone=zone)
