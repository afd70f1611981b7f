"""Send queued notices, away from the requests that caused them: never twice."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from newsletter.errors import (
    MailerError,
    MailerStoppedError,
    MailerThrottledError,
    MailerUnavailableError,
    MessageRejectedError,
    NewsletterError,
    RenderError,
)
from newsletter.log import get_logger
from newsletter.people.letters import Letters
from newsletter.ports import Clock, Mailer, SubscriberStore
from subscribers.model import Subscriber, SubscriberState
from subscribers.moves import Move
from subscribers.notices import Notice, NoticeKind, NoticeState
from subscribers.ports import MoveStore, NoticeStore

AT_ONCE: Final = 20
CLAIM_LASTS: Final = timedelta(minutes=10)
KEPT: Final = timedelta(days=30)

_NOT_NOW = (MailerThrottledError, MailerUnavailableError, MailerStoppedError)
_NEEDED_STATE: Final = {
    NoticeKind.CONFIRM: frozenset({SubscriberState.PENDING}),
    NoticeKind.GOODBYE: frozenset({SubscriberState.UNSUBSCRIBED}),
}
"""Kind → the only states in which it still makes sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Send what is queued."""

    notices: NoticeStore
    moves: MoveStore
    subscribers: SubscriberStore
    letters: Letters
    mailer: Callable[[], AbstractContextManager[Mailer]]
    clock: Clock

    def send_due(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Send all that is queued; return how many were sent.

        Stops early, with the rest queued, when the mailer takes nothing now, or once ``goes_on``
        says no.

        Raises:
            NewsletterError: no mailer can be had, or the store does not answer.
        """
        sent = 0
        with ExitStack() as stack:
            mailer: Mailer | None = None
            while claimed := self._claimed(goes_on):
                mailer = mailer or self._open_mailer(stack, claimed)
                states = [self._handled(notice, mailer, goes_on) for notice in claimed]
                sent += states.count(NoticeState.SENT)
                if NoticeState.QUEUED in states:
                    break
        return sent

    def _claimed(self, goes_on: Callable[[], bool]) -> Sequence[Notice]:
        return self.notices.claim(limit=AT_ONCE, now=self.clock()) if goes_on() else ()

    def _open_mailer(self, stack: ExitStack, claimed: Sequence[Notice]) -> Mailer:
        try:
            return stack.enter_context(self.mailer())
        except BaseException:
            for notice in claimed:
                self.notices.settle(notice.id, NoticeState.QUEUED)
            raise

    def tidy(self) -> None:
        """Give up claims of a process that died, and forget what was settled long ago."""
        now = self.clock()
        lost = self.notices.expire_claims(now - CLAIM_LASTS)
        if lost:
            get_logger().warning("notice.outcome_unknown", notices=lost)
        self.notices.forget(now - KEPT)

    def _handled(self, notice: Notice, mailer: Mailer, goes_on: Callable[[], bool]) -> NoticeState:
        if not goes_on():
            self.notices.settle(notice.id, NoticeState.QUEUED)
            return NoticeState.QUEUED
        try:
            state, reason = self._sent(notice, mailer), ""
        except _NOT_NOW as error:
            state, reason = NoticeState.QUEUED, type(error).__name__
        except (MessageRejectedError, RenderError) as error:
            state, reason = NoticeState.FAILED, type(error).__name__
        except MailerError as error:
            state, reason = NoticeState.UNKNOWN, type(error).__name__
        except BaseException as error:
            self.notices.settle(notice.id, NoticeState.UNKNOWN, reason=type(error).__name__)
            raise
        self.notices.settle(notice.id, state, reason=reason)
        get_logger().info(
            "notice.settled", kind=notice.kind.value, state=state.value, reason=reason
        )
        return state

    def _sent(self, notice: Notice, mailer: Mailer) -> NoticeState:
        reader = self.subscribers.get(notice.subscriber_id or "")
        if reader is None or not _may_be_sent(notice, reader):
            return NoticeState.DROPPED
        move = self.moves.get(notice.detail) if notice.detail else None
        if not _is_about(notice, move):
            return NoticeState.DROPPED
        mailer.send(self.letters.write(notice, reader, move=move))
        return NoticeState.SENT


def _may_be_sent(notice: Notice, reader: Subscriber) -> bool:
    if reader.state is SubscriberState.SUPPRESSED:
        return False
    needed = _NEEDED_STATE.get(notice.kind)
    is_at_home = notice.kind is NoticeKind.MOVE_NEW or notice.address == reader.address
    return is_at_home and (needed is None or reader.state in needed)


def _is_about(notice: Notice, move: Move | None) -> bool:
    is_move = notice.kind in (NoticeKind.MOVE_NEW, NoticeKind.MOVE_OLD)
    return move is not None if is_move else True


@dataclass(slots=True, kw_only=True)
class PostWorker:
    """A thread that sends notices as they come, and does the small chores of the day.

    Attributes:
        chores: called before each round.
        pause_s: between rounds when nothing wakes it.
    """

    post: Post
    chores: Callable[[], None]
    pause_s: float = 30.0
    _due: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="post", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something was queued."""
        self._due.set()

    def stop(self) -> None:
        """Finish what is in flight, and end."""
        self._stop.set()
        self._due.set()
        if self._thread is not None:
            self._thread.join(timeout=60.0)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._due.clear()
            self._round()
            self._due.wait(self.pause_s)

    def _round(self) -> None:
        try:
            self.chores()
            self.post.send_due()
        except NewsletterError as error:
            get_logger().error("notices.delayed", why=str(error))
        except Exception:  # noqa: BLE001 - the boundary of a thread: the next round tries again
            get_logger().exception("notices.crashed")
