"""Every kind of digest keeps every rule: as source, in a parser, and in a browser."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser

from newsletter.model import Message
from newsletter.render.lint import lint
from tests.browser.measure import PHONE_PX, faults, look, show
from tests.browser.samples import render_all, sample_digests
from tests.mail_rules import broken_markup, broken_styles

pytestmark = pytest.mark.browser

NAMES = ("fifteen", "chinese", "awkward", "one", "quiet", "fifty")


@pytest.fixture(scope="module")
def mails() -> Mapping[str, Message]:
    return dict(render_all(sample_digests()))


def test_every_kind_is_looked_at(mails: Mapping[str, Message]) -> None:
    assert set(mails) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_source_keeps_the_rules(mails: Mapping[str, Message], name: str) -> None:
    mail = mails[name]
    assert [finding for finding in lint(mail) if not finding.is_blemish] == []
    assert broken_markup(mail.html) == ()
    assert broken_styles(mail.html) == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_finds_no_fault(
    chromium: Browser, mails: Mapping[str, Message], name: str
) -> None:
    assert faults(chromium, mails[name].html) == ()


def test_fifteen_papers_are_no_longer_than_promised(
    chromium: Browser, mails: Mapping[str, Message]
) -> None:
    with show(chromium, mails["fifteen"].html) as (page, _):
        assert look(page, width=PHONE_PX, scheme="light").height <= 8_500
