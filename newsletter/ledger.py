"""The ports of sending: the ledger of all mails, and the pace at which they go."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from newsletter.model import (
    Claim,
    Delivery,
    DeliveryState,
    Issue,
    IssueProgress,
    IssueState,
    Receipt,
    Settlement,
    SkipReason,
)


class Ledger(Protocol):
    """Keep issues and deliveries: never twice, never lost.

    Every write is durable when the call returns.
    """

    def plan(self, issue: Issue, deliveries: Iterable[Delivery]) -> int:
        """Write the issue and those of its deliveries that are not there yet, in one transaction.

        Returns how many rows were new; rows that exist keep their picks and state. New rows
        count as planned at ``issue.created_at`` and open an issue again that was DONE; one that
        is PAUSED stays so, and rows of one that is CANCELLED are SKIPPED.
        """

    def issue(self, issue_id: str) -> Issue | None:
        """Return the issue of this id."""

    def latest_issue(self) -> Issue | None:
        """Return the issue with the newest ``last_on``."""

    def current_issues(self) -> tuple[Issue, ...]:
        """Return the issues with the newest ``last_on``, and all OPEN or PAUSED; oldest first."""

    def unfinished_issues(self) -> tuple[Issue, ...]:
        """Return the OPEN issues, oldest first; close those with nothing left to send."""

    def progress(self, issue_id: str) -> IssueProgress | None:
        """Return where the sending of this issue stands; None when there is none of this id."""

    def set_issue_state(
        self, issue_id: str, state: IssueState, *, reason: str | None = None
    ) -> None:
        """Open, pause or close an issue, and say why."""

    def close_finished(self, issue_id: str) -> bool:
        """Move an OPEN issue with nothing left to send to DONE; tell whether it was moved."""

    def cancel(self, issue_id: str) -> int:
        """Cancel an issue: what is PLANNED or PARKED is SKIPPED; return how many."""

    def claim(
        self,
        issue_id: str,
        *,
        limit: int,
        lease_until: datetime,
        only: Collection[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Move up to ``limit`` deliveries from PLANNED to SENDING, attempt + 1, and return them.

        With ``only``, none but deliveries of these ids.

        The least tried come first, so that one that is handed back hides no other. In the same
        transaction the issue must be OPEN, and each subscriber is read again: one who is no
        longer ACTIVE moves the delivery to SKIPPED instead. An empty answer means that nothing
        is left to claim. The reason for which one was handed back stays until it is settled.
        """

    def settle(
        self,
        claim: Claim,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        reason: str | None = None,
        body_sha256: str | None = None,
    ) -> bool:
        """Record what became of a claim; on SENT its papers count as shown to the reader.

        Returns False, and writes nothing, when the row is no longer this claim's
        (same attempt, still SENDING). What is handed back of a CANCELLED issue is SKIPPED.
        """

    def settle_all(self, settlements: Sequence[Settlement]) -> tuple[bool, ...]:
        """Record several at once, in one durable transaction; answer for each as ``settle``."""

    def skip(self, delivery_id: str, reason: SkipReason) -> None:
        """Move a PLANNED delivery to SKIPPED."""

    def skip_overdue(self, planned_before: datetime) -> int:
        """Move what was planned before this and is PLANNED or PARKED to SKIPPED(past_deadline).

        Returns how many, of all issues.
        """

    def expire_leases(self, now: datetime) -> int:
        """Move SENDING deliveries whose lease ran out to UNKNOWN; return how many."""

    def park(self, issue_id: str, *, until: datetime, reason: str) -> int:
        """Move what is PLANNED of an issue to PARKED; return how many.

        ``release`` does nothing before ``until``.
        """

    def release(self, issue_id: str, *, now: datetime | None = None) -> int:
        """Move what is PARKED back to PLANNED, if it may go on by ``now``; return how many.

        Without ``now``, whatever time it was parked for: an operator says so.
        """

    def silent_unknown(
        self,
        issue_id: str,
        *,
        settled_after: datetime,
        settled_before: datetime,
        max_resends: int,
    ) -> tuple[str, ...]:
        """Return ids of UNKNOWN deliveries that no event speaks of although it should have.

        They became UNKNOWN between these instants and were sent again fewer than
        ``max_resends`` times; a mail of any issue that was accepted later has its event
        already, which proves that events do arrive.
        """

    def reset_unknown(
        self, delivery_ids: Sequence[str], *, at: datetime, reason: str, max_resends: int
    ) -> tuple[str, ...]:
        """Move UNKNOWN deliveries back to PLANNED: they are sent again, and may arrive twice.

        When and why is kept; their deadline begins anew. Returns the ids of those that were
        moved: left as they are those in another state, of a CANCELLED issue, or sent again
        ``max_resends`` times already.
        """

    def delivery(self, delivery_id: str) -> Delivery | None:
        """Return one delivery."""

    def deliveries(
        self, issue_id: str, *, state: DeliveryState | None = None
    ) -> Iterator[Delivery]:
        """Yield the issue's deliveries ordered by id."""

    def count_by_state(
        self, issue_id: str, *, only: Collection[str] | None = None
    ) -> Mapping[DeliveryState, int]:
        """Count the issue's deliveries, or those of these ids; states without any are left out."""

    def shown_papers(self, subscriber_ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Return the ids of papers already sent to each of these readers."""

    def unsent_papers(
        self, subscriber_ids: Sequence[str], *, first_on: date, last_on: date
    ) -> Mapping[str, frozenset[str]]:
        """Return, for readers who have any, ids of papers that were chosen but never arrived.

        Those of issues with ``last_on`` between these days, both included, whose delivery was
        too late, refused, bounced or stayed UNKNOWN; without those shown by another issue.
        """

    def sends_since(self, at: datetime) -> tuple[int, datetime | None]:
        """Return how many mails of all issues were accepted since ``at``, and when the first."""


class SendPace(Protocol):
    """Keep one sending rate over all who send through the same account on this machine."""

    def reserve(self, count: int, *, per_second: float) -> tuple[float, ...]:
        """Reserve the next moments for ``count`` mails; return the seconds until each.

        In any one second there are never more than ``per_second`` of them, rounded up,
        whoever reserved them; fewer for a while after ``slow_down``.
        """

    def slow_down(self) -> None:
        """Halve the rate, which then recovers step by step; several calls in a second are one."""
