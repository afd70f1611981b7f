"""Every digest of the three recorded days keeps every rule."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from newsletter.model import Message
from newsletter.render.lint import lint
from newsletter.render.mail import DigestRenderer
from tests.browser.measure import faults
from tests.browser.recorded import DAYS, readers, recorded_digests
from tests.browser.samples import IDENTITY, LINKS
from tests.mail_rules import broken_markup, broken_styles

pytestmark = [pytest.mark.data, pytest.mark.browser]


@pytest.fixture(scope="module")
def mails(shared_data: Path) -> dict[date, tuple[Message, ...]]:
    renderer = DigestRenderer(IDENTITY)
    return {
        day: tuple(
            renderer.render(digest, delivery_id="d-0001", links=LINKS)
            for digest in recorded_digests(shared_data, day)
        )
        for day in DAYS
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_reader_gets_a_mail_without_findings(
    mails: dict[date, tuple[Message, ...]], day: date
) -> None:
    assert len(mails[day]) == len(readers())
    for mail in mails[day]:
        assert lint(mail) == ()
        assert broken_markup(mail.html) == ()
        assert broken_styles(mail.html) == ()


@pytest.mark.parametrize("reader", [0, -2, -1])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_browser_finds_no_fault(
    chromium: Browser, mails: dict[date, tuple[Message, ...]], day: date, reader: int
) -> None:
    assert faults(chromium, mails[day][reader].html) == ()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_days_give_something_to_look_at(
    mails: dict[date, tuple[Message, ...]], day: date
) -> None:
    assert max(mail.html.count("https://arxiv.org/abs/") for mail in mails[day]) >= 15
