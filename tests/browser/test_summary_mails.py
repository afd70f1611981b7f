"""Mails with summaries keep every rule in a browser too: contrast, width, size."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from newsletter.model import ResultTable, SummaryOrigin
from newsletter.render.mail import DigestRenderer
from tests.browser.measure import faults
from tests.mail_rules import broken_markup, broken_styles
from tests.unit.render.mails import IDENTITY, LINKS, make_digest, make_papers
from tests.unit.summaries.values import make_summary, make_text

pytestmark = pytest.mark.browser

LONG = "Antidisestablishmentarianism" * 3
WIDE = ResultTable(columns=("Method", LONG, "中文指标"), rows=(("A" * 60, "12.5%", "很好"),) * 6)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_browser_finds_no_fault(chromium: Browser, language: str) -> None:
    digest = make_digest(make_papers(8), language=language)
    texts = [make_text(number, table=WIDE, method=(LONG,)) for number in range(8)]
    origins = [SummaryOrigin.LLM, SummaryOrigin.EXTRACTIVE]
    entries = tuple(
        replace(one, summary=make_summary(n, text=texts[n], origin=origins[n % 2]))
        for n, one in enumerate(digest.entries)
    )
    message = DigestRenderer(IDENTITY).render(
        replace(digest, entries=entries), delivery_id="d" * 24, links=LINKS
    )
    assert broken_markup(message.html) == ()
    assert broken_styles(message.html) == ()
    assert faults(chromium, message.html) == ()
