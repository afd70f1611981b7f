"""arXiv: one polite request."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from newsletter.doctor.finding import Finding, ok, warning
from newsletter.errors import ThrottledError
from newsletter.ports import Source
from newsletter.sources.calendar import AnnouncementCalendar

MAX_WAIT_S = 15.0

Sleep = Callable[[float], None]


def check_arxiv(
    feed: Source, category: str, *, calendar: AnnouncementCalendar, now: datetime
) -> Iterator[Finding]:
    """Ask for one feed, and say which day's announcement is the newest."""
    day = calendar.current_day(now)
    announcement = feed.read(category, day)
    read = f"the feed of {category} answers with {len(announcement.papers)} papers"
    if announcement.set_aside:
        read += f" and {len(announcement.set_aside)} entries that cannot be read"
    newest = f"the newest announcement is that of {day}"
    if announcement.papers or not calendar.is_announcement_day(calendar.today(now)):
        yield ok("arxiv", f"{read}; {newest}")
        return
    yield warning(
        "arxiv",
        f"{read}, though {newest}",
        fix="try again in an hour: arXiv may be late; `newsletter fetch` tries other sources too",
    )


def sleep_briefly(sleep: Sleep = time.sleep, *, longest_s: float = MAX_WAIT_S) -> Sleep:
    """Return a sleep for the gate that does not wait long for arXiv's permission.

    It raises ``ThrottledError`` instead.
    """

    def wait(seconds: float) -> None:
        if seconds > longest_s:
            raise ThrottledError(
                f"arXiv asked this machine to wait, for another {seconds:.0f} s; it was not asked"
            )
        sleep(seconds)

    return wait
