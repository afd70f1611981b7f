"""Counting bounces that may pass."""

from datetime import timedelta

import pytest

from subscribers.soft_bounces import PAUSE, Heard, News, latest_pause
from tests.factories import NOW

LETTERS = {
    "s": [News.BOUNCED_FOR_NOW],
    "u": [News.BOUNCED_UNCLEARLY],
    "d": [News.DELIVERED],
    "-": [News.ACCEPTED],
    "o": [News.DELIVERED, News.BOUNCED_FOR_NOW],
    "O": [News.BOUNCED_FOR_NOW, News.DELIVERED],
    "c": [News.CONTENT_REFUSED],
    "w": [News.DELAYED],
    "b": [News.BOUNCED_FOR_NOW, News.BOUNCED_FOR_NOW, News.BOUNCED_UNCLEARLY],
}


def mails(word: str) -> list[Heard]:
    """Make one mail a day of each letter; its news are an hour apart."""
    return [
        Heard(news=news, mail=f"{day:02}", at=NOW + timedelta(days=day, hours=hour))
        for day, letter in enumerate(word)
        for hour, news in enumerate(LETTERS[letter])
    ]


@pytest.mark.parametrize(
    ("word", "struck_on"),
    [
        ("", None),
        ("ss", None),
        ("sss", 2),
        ("s-s-s", 4),
        ("s--s-s", None),
        ("sds-ss", 5),
        ("ssd", None),
        ("ssds", None),
        ("ssdsss", 5),
        ("uuuuu", None),
        ("suuus", 4),
        ("usus", 3),
        ("oooooo", None),
        ("OOO", None),
        ("ssOss", None),
        ("ccccc", None),
        ("scsws", 4),
        ("bb", None),
        ("sssss", 2),
        ("ssssss", 5),
    ],
)
def test_three_strikes_within_five_mails_none_delivered(word: str, struck_on: int | None) -> None:
    pause = latest_pause(mails(word))
    assert (pause.since.date() - NOW.date()).days == struck_on if pause else struck_on is None
    if pause:
        assert pause.until - pause.since == PAUSE == timedelta(days=30)


def test_a_pause_begins_with_the_last_bounce_of_its_mail() -> None:
    pause = latest_pause(mails("ssb"))
    assert pause is not None
    assert pause.since == NOW + timedelta(days=2, hours=2)
