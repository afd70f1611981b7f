"""Plan the local hours that are due: rank their readers, and put parcels into the queue."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import Final

from newsletter.choosing import Choice, Chooser
from newsletter.delivery.schedule import Edition
from newsletter.fanout.catalogue import BundleShelf
from newsletter.fanout.hours import Hours
from newsletter.fanout.parcel import Share, pack_all
from newsletter.log import get_logger
from newsletter.model.slot import Slot
from newsletter.ports import Ledger, ParcelQueue, ReaderPage, SlotStore
from newsletter.ranking import RankingMethod
from subscribers.model import Cadence, Subscriber

READERS_AT_ONCE: Final = 20_000
PAGE_READERS: Final = 500
MESSAGES_AT_ONCE: Final = 10
SPARE: Final = 1.5
"""How much longer than all before it a load may take, and still be begun."""

_Editions = tuple[Edition, ...]


@dataclass(slots=True, kw_only=True)
class PlanReport:
    """What planning came to.

    Attributes:
        slots: how many were finished; ``waiting`` of those due wait for their issue.
        readers: who were looked at; ``planned`` of their mails went into ``parcels``.
        picked: papers in all these mails.
        is_cut: whether time ran out: the next hour goes on.
    """

    slots: int = 0
    waiting: int = 0
    readers: int = 0
    planned: int = 0
    picked: int = 0
    parcels: int = 0
    is_cut: bool = False


@dataclass(slots=True, kw_only=True)
class _Load:
    """Readers that are ranked together.

    Attributes:
        by_edition: who gets what.
        done: slots and how far they are planned once this load is in the queue.
    """

    by_edition: dict[Edition, list[Subscriber]] = field(default_factory=dict)
    done: dict[Slot, str | None] = field(default_factory=dict)
    readers: int = 0

    def add(self, slot: Slot, page: ReaderPage, editions: Callable[[Cadence], _Editions]) -> None:
        """Add readers of a slot, some of whom may get nothing."""
        for reader in page.readers:
            for edition in editions(reader.cadence):
                self.by_edition.setdefault(edition, []).append(reader)
        self.readers += len(page.readers)
        self.done[slot] = page.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plan hours.

    Attributes:
        time_left_s: how many seconds there are still; little ends the work at the next load.
        readers_at_once: ranked with one preparation, and held in memory.
    """

    hours: Hours
    slots: SlotStore
    ledger: Ledger
    queue: ParcelQueue
    bundles: BundleShelf
    method: RankingMethod
    time_left_s: Callable[[], float]
    least_s: float = 60.0
    readers_at_once: int = READERS_AT_ONCE

    def run(self, now: datetime) -> PlanReport:
        """Plan what is due by ``now``, the scheduled time; done again, nothing happens twice.

        Raises:
            BundleError, ParcelQueueError, StoreError: the next hour goes on where this stopped.
        """
        report = PlanReport()
        began_s, longest_s = self.time_left_s(), 0.0
        for load in self._loads(now, report):
            self._plan(load, now, report)
            left_s = self.time_left_s()
            longest_s, began_s = max(longest_s, began_s - left_s), left_s
            if left_s < max(self.least_s, SPARE * longest_s):
                report.is_cut = True
                break
        return report

    def _loads(self, now: datetime, report: PlanReport) -> Iterator[_Load]:
        load = _Load()
        for slot, after in self._due(now, report):
            editions = cache(partial(self.hours.editions, slot=slot))
            for page in self._pages(slot, after):
                load.add(slot, page, editions)
                if load.readers >= self.readers_at_once:
                    yield load
                    load = _Load()
        if load.done:
            yield load

    def _due(self, now: datetime, report: PlanReport) -> Iterator[tuple[Slot, str | None]]:
        """Yield the slots that are not done and whose issue is ready, and how far they are."""
        due = self.hours.due(self.slots.hours(), now)
        days = sorted({slot.announced_on for slot in due})
        begun = {slot: after for day in days for slot, after in self.slots.progress(day).items()}
        ready = {day for day in days if self.slots.ready(f"{day}-daily") is not None}
        for slot in due:
            if slot in begun and begun[slot] is None:
                continue
            if slot.announced_on not in ready:
                report.waiting += 1
                continue
            yield slot, begun.get(slot)

    def _pages(self, slot: Slot, after: str | None) -> Iterator[ReaderPage]:
        while True:
            page = self.slots.readers_in(slot.hour, after=after, limit=PAGE_READERS)
            yield page
            after = page.after
            if after is None:
                return

    def _plan(self, load: _Load, now: datetime, report: PlanReport) -> None:
        for edition in sorted(load.by_edition):
            bundle = self.slots.ready(edition.issue_id)
            if bundle is not None:
                readers = load.by_edition[edition]
                self._plan_edition(edition, readers, bundle=bundle, now=now, report=report)
        for slot, after in load.done.items():
            self.slots.note_progress(slot, after=after)
        report.readers += load.readers
        report.slots += sum(after is None for after in load.done.values())

    def _plan_edition(
        self,
        edition: Edition,
        readers: Sequence[Subscriber],
        *,
        bundle: str,
        now: datetime,
        report: PlanReport,
    ) -> None:
        chooser = Chooser(
            papers=self.bundles.open(bundle),
            ledger=self.ledger,
            method=self.method,
            clock=lambda: now,
        )
        chosen = chooser.choose(edition, lambda: readers)
        if chosen is None:
            return
        issue, choices = chosen
        put = _Put(queue=self.queue)
        put.all(issue.id, choices, bundle=bundle, now=now)
        report.parcels += put.parcels
        report.planned += put.readers
        report.picked += put.picked
        get_logger().info(
            "hours.planned",
            issue=issue.id,
            announced=issue.announced,
            readers=put.readers,
            picked=put.picked,
            parcels=put.parcels,
        )


@dataclass(slots=True, kw_only=True)
class _Put:
    """Put choices into the queue as they are made, and count them."""

    queue: ParcelQueue
    readers: int = 0
    picked: int = 0
    parcels: int = 0

    def all(self, issue_id: str, choices: Iterable[Choice], *, bundle: str, now: datetime) -> None:
        shares = map(self._share, choices)
        messages = pack_all(shares, issue_id=issue_id, bundle=bundle, planned_at=now)
        while some := tuple(islice(messages, MESSAGES_AT_ONCE)):
            self.queue.put_all(some)
            self.parcels += len(some)

    def _share(self, choice: Choice) -> Share:
        reader, picks, matched = choice
        self.readers += 1
        self.picked += len(picks)
        return Share(subscriber_id=reader.id, picks=picks, matched=matched)
