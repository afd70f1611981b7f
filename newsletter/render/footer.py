"""Why a reader gets a mail, in their language."""

from newsletter.render.clean import one_line
from newsletter.render.columns import cut
from newsletter.render.labels import Labels
from subscribers.model import Subscriber

MAX_NAMED = 6


def interests_line(subscriber: Subscriber, labels: Labels) -> str:
    """Name what the reader asked for; empty when they asked for nothing in particular."""
    wishes = subscriber.interests
    named = [cut(one_line(name), 20) for name in wishes.categories[:MAX_NAMED]]
    if len(wishes.categories) > MAX_NAMED:
        left = len(wishes.categories) - MAX_NAMED
        named = [labels.text("and_more", names=", ".join(named), count=left)]
    if wishes.keywords:
        named.append(labels.count("keywords", len(wishes.keywords)))
    if wishes.authors:
        named.append(labels.count("authors", len(wishes.authors)))
    return labels.text("your_interests", interests=labels.listing(named)) if named else ""


def confirmed_line(subscriber: Subscriber, labels: Labels) -> str:
    """Say when the reader confirmed; empty when nobody recorded it."""
    if subscriber.confirmed_at is None:
        return ""
    return labels.text("confirmed_on", date=labels.day(subscriber.confirmed_at.date()))
