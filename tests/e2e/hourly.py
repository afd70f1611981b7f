"""The service in one process: a clock that is set, a queue in memory, mails in a folder."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from newsletter import log
from newsletter.bootstrap import App
from newsletter.carriers.folder import FolderBundles
from newsletter.carriers.memory import MemoryQueue
from newsletter.config import load_settings
from newsletter.model import Batch, BatchState, DeliveryState, SourceName
from newsletter.ports import Store
from newsletter.service import Service
from subscribers.model import Cadence, Subscriber
from tests.factories import make_interests, make_paper, make_subscriber

HOUR = timedelta(hours=1)
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "UTC")
CATEGORIES = ("cs.AI", "cs.CL", "cs.DC", "cs.LG")
PAPERS_A_DAY = 8


class Hourly:
    """A service whose hours are fired by hand.

    Attributes:
        now: what its clock says.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.now = datetime(2026, 11, 16, tzinfo=UTC)
        environ = {
            "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
            "NEWSLETTER_MAILER__DIR": str(folder / "mails"),
            **settings,
        }
        self.app = App(load_settings(None, environ), clock=lambda: self.now)
        log.configure("error")
        self.store: Store = self.app.open_store()
        self.queue = MemoryQueue()
        self.service = self.restarted()

    def restarted(self) -> Service:
        """Return a service that knows nothing of what another one did."""
        files = FolderBundles(self.folder / "bundles")
        self.service = Service(self.app, self.store, queue=self.queue, bundles=files)
        return self.service

    def announce(self, day: date, *, categories: Iterable[str] = CATEGORIES) -> None:
        """Let a day have been read whole."""
        first = day.toordinal() % 1000 * 100
        papers = [
            make_paper(first + number, announced_on=day, issue_on=day)
            for number in range(PAPERS_A_DAY)
        ]
        batches = [
            Batch(
                category=category,
                announced_on=day,
                state=BatchState.FRESH,
                expected=PAPERS_A_DAY,
                fetched=PAPERS_A_DAY,
                unseen=PAPERS_A_DAY,
                source=SourceName.FEED,
                detail="",
            )
            for category in categories
        ]
        self.store.papers.save_announcement(papers, batches)

    def prepare(self) -> str:
        """Prepare the day of now; return the state."""
        return self.service.prepare(self.now, time_left_s=lambda: 900.0).state

    def fire(self) -> int:
        """Fire the hour of now; return how many parcels there are in the queue."""
        self.service.fanout(self.now, time_left_s=lambda: 900.0)
        return len(self.queue)

    def deliver(self, *, twice: bool = False) -> None:
        """Deliver all that is in the queue; with ``twice`` each message comes again."""
        messages = list(self.queue.take_all())
        for message in messages + (messages if twice else []):
            self.service.worker().work(message)

    def mails(self) -> Counter[str]:
        """Count the mails by delivery; one that was sent twice has two files."""
        paths = (self.folder / "mails").rglob("*.eml")
        return Counter(path.name.split(".")[0] for path in paths)

    def counts(self, issue_id: str) -> Mapping[DeliveryState, int]:
        """Count an issue's deliveries in the ledger."""
        return self.store.ledger.count_by_state(issue_id)

    def close(self) -> None:
        """Close everything."""
        self.service.close()
        self.store.close()


def make_readers(number: int, **fields: object) -> list[Subscriber]:
    """Make readers all over the world, at different hours."""
    return [
        make_subscriber(
            each,
            timezone=ZONES[each % len(ZONES)],
            cadence=Cadence(send_at=time(each % 24)),
            interests=make_interests("sparse attention", max_papers=3),
            **fields,
        )
        for each in range(number)
    ]
