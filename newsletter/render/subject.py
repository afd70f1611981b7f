"""The two lines that are read before a mail is opened: subject and preheader."""

from collections.abc import Sequence

from newsletter.model import Digest
from newsletter.render.clean import has_right_to_left
from newsletter.render.columns import columns, cut
from newsletter.render.labels import Labels

MIN_SUBJECT = 10
MAX_SUBJECT = 70
MAX_BRAND = 30
MAX_PREHEADER = 130
PREHEADER_TITLES = 3
BETWEEN = " – "
SHOUTING_LETTERS = 10
MIN_HEAD = 16
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def subject(digest: Digest, labels: Labels, *, titles: Sequence[str], brand: str) -> str:
    """Write the subject: the first title, how many more there are, the day; 10 to 70 columns.

    The newsletter's name leads when there is no paper or the title is too short.
    """
    day = labels.short_day(digest.issue.last_on)
    name = cut(brand, MAX_BRAND)
    if not titles:
        return labels.text("subject_quiet", name=name, date=day)
    more = len(titles) - 1
    key = "subject_more" if more else "subject_one"
    room = MAX_SUBJECT - columns(labels.text(key, title="", count=more, date=day))
    line = labels.text(key, title=_news(titles[0], room), count=more, date=day)
    return line if columns(line) >= MIN_SUBJECT else f"{name}: {line}"


def _news(title: str, room: int) -> str:
    """Shorten a title to ``room`` columns, at its colon when the part before says enough."""
    calm = _calm(title)
    head = calm.split(": ", 1)[0]
    short = head if columns(calm) > room and MIN_HEAD <= columns(head) <= room else cut(calm, room)
    if has_right_to_left(short):
        return f"{FIRST_STRONG_ISOLATE}{short}{POP_ISOLATE}"
    return short


def _calm(title: str) -> str:
    if not title.isupper() or sum(map(str.isalpha, title)) < SHOUTING_LETTERS:
        return title
    return title.title()


def preheader(digest: Digest, labels: Labels, *, titles: Sequence[str]) -> str:
    """Write what stands after the subject: further titles, numbers; 40 to 130 columns."""
    key = "preheader_stats" if titles else "preheader_quiet"
    stats = labels.text(key, matched=f"{digest.matched:,}", announced=f"{digest.issue.announced:,}")
    room = MAX_PREHEADER - columns(stats) - columns(BETWEEN)
    also = " · ".join(titles[1 : 1 + PREHEADER_TITLES])
    if not also:
        return stats
    return f"{cut(labels.text('preheader_also', titles=also), room)}{BETWEEN}{stats}"
