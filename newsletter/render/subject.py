"""The two lines that are read before a mail is opened: subject and preheader."""

from collections.abc import Sequence

from newsletter.model import Digest
from newsletter.render.clean import has_right_to_left, one_line
from newsletter.render.columns import columns, cut
from newsletter.render.labels import Labels
from newsletter.render.views import shown_title

MIN_SUBJECT = 10
MAX_SUBJECT = 70
MIN_PREHEADER = 40
MAX_PREHEADER = 130
SHOUTING_LETTERS = 10
MIN_HEAD = 16
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def subject(digest: Digest, labels: Labels, *, name: str) -> str:
    """Write the subject: the first title, how many more there are, the day; 10 to 70 columns.

    ``name`` of the newsletter leads when there is no paper or the title is too short.
    """
    day = labels.short_day(digest.issue.last_on)
    brand = cut(one_line(name), 30)
    if not digest.entries:
        return labels.text("subject_quiet", name=brand, date=day)
    more = len(digest.entries) - 1
    key = "subject_more" if more else "subject_one"
    frame = labels.text(key, title="", count=more, date=day)
    title = _news(shown_title(digest.entries[0].paper), MAX_SUBJECT - columns(frame))
    line = labels.text(key, title=title, count=more, date=day)
    return line if columns(line) >= MIN_SUBJECT else f"{brand}: {line}"


def _news(title: str, room: int) -> str:
    """Shorten a title to ``room`` columns, at its colon when the part before says enough."""
    calm = _calm(title)
    head = calm.split(": ", 1)[0]
    short = head if columns(calm) > room and MIN_HEAD <= columns(head) <= room else cut(calm, room)
    if has_right_to_left(short):
        return f"{FIRST_STRONG_ISOLATE}{short}{POP_ISOLATE}"
    return short


def _calm(title: str) -> str:
    letters = [char for char in title if char.isalpha()]
    shouts = len(letters) >= SHOUTING_LETTERS and title.isupper()
    return title.title() if shouts else title


def preheader(digest: Digest, labels: Labels, *, titles: Sequence[str]) -> str:
    """Write what mail programs show after the subject: 40 to 130 columns.

    ``titles`` are those of the papers after the first.
    """
    counts = {"matched": f"{digest.matched:,}", "announced": f"{digest.issue.announced:,}"}
    key = "preheader_stats" if digest.entries else "preheader_quiet"
    stats = labels.text(key, **counts)
    if not titles:
        return cut(stats, MAX_PREHEADER)
    also = labels.text("preheader_also", titles=" · ".join(titles))
    return cut(f"{also}", MAX_PREHEADER - columns(stats) - 1) + f" {stats}"
