"""A reader's way in a real browser: sign up, confirm, tune, vote, leave, be forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Literal
from urllib.parse import urlsplit

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from subscribers.model import SubscriberState
from tests.browser.reader_site import ReaderSite, serve_readers

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
WAYS: tuple[tuple[int, Scheme, bool], ...] = (
    (360, "light", False),
    (360, "dark", True),
    (1280, "light", True),
    (1280, "dark", False),
)
SERIOUS = {"serious", "critical"}
STOPS_WITHIN = 4
"""A field for a time has stops for hours, minutes and halves of the day."""
STOPS = """
    [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter(each => each.checkVisibility() && each.tabIndex >= 0 && each.type !== 'hidden')
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderSite]:
    with serve_readers(tmp_path_factory.mktemp("readers")) as served:
        yield served


@contextmanager
def visiting(browser: Browser, width: int, scheme: Scheme, *, script: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
    )
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield page
    finally:
        context.close()


def press(page: Page, name: str) -> None:
    """Press a button by the keyboard alone."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def shows(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def type_in(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


@pytest.mark.parametrize(("width", "scheme", "script"), WAYS)
def test_a_reader_walks_the_whole_way_by_keyboard(
    site: ReaderSite, chromium: Browser, width: int, scheme: Scheme, script: bool
) -> None:
    address = f"r{width}{scheme}@mail.arxiv-digest.net"
    with visiting(chromium, width, scheme, script=script) as page:
        become_reader(site, page, address)
        own_page = tune(site, page, address)
        digest = vote(site, page, address)
        page.goto(own_page)
        expect(page.locator(".votes li")).to_have_count(1)
        leave_and_come_back(site, page, digest)
        leave_by_one_click(site, digest, address)
        erase(site, page, own_page, address)
    assert site.reader(address) is None


def become_reader(site: ReaderSite, page: Page, address: str) -> None:
    page.goto(f"{site.address}/subscribe")
    type_in(page, "Mail address", address)
    type_in(page, "What you look for", "model")
    press(page, "Subscribe")
    shows(page, "Look into your mailbox")
    page.goto(site.link_for(address, "Please confirm", "/c/"))
    press(page, "Confirm")
    shows(page, "You are subscribed")


def tune(site: ReaderSite, page: Page, address: str) -> str:
    own_page = site.link_for(address, "Welcome", "/p/")
    page.goto(own_page)
    type_in(page, "Authors you follow", "Ada Lovelace")
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("Authors you follow")).to_have_value("Ada Lovelace")
    press(page, "Pause")
    press(page, "Resume now")
    return own_page


def vote(site: ReaderSite, page: Page, address: str) -> EmailMessage:
    """Vote on the first paper of the digest; return the digest."""
    site.send_digest(address)
    digest = site.mail_for(address, "Nov")
    page.goto(site.link_in(digest, "/f/"))
    press(page, "More like this")
    shows(page, "More like this: noted")
    page.goto(site.link_in(digest, "/v/"))
    expect(page.locator("article").first).to_be_visible()
    return digest


def leave_and_come_back(site: ReaderSite, page: Page, digest: EmailMessage) -> None:
    page.goto(site.link_in(digest, "/u/"))
    press(page, "Unsubscribe")
    shows(page, "You have unsubscribed")
    press(page, "Undo: I want to stay")
    shows(page, "Welcome back")


def leave_by_one_click(site: ReaderSite, digest: EmailMessage, address: str) -> None:
    """Do what a mail program's own button does (RFC 8058)."""
    path = urlsplit(str(digest["List-Unsubscribe"]).strip("<>")).path
    field, _, value = str(digest["List-Unsubscribe-Post"]).partition("=")
    answer = httpx2.post(site.address + path, data={field: value})
    assert (answer.status_code, "location" in answer.headers) == (200, False)
    reader = site.reader(address)
    assert reader is not None
    assert reader.state is SubscriberState.UNSUBSCRIBED


def erase(site: ReaderSite, page: Page, own_page: str, address: str) -> None:
    page.goto(own_page)
    press(page, "Mail me a link to delete it")
    page.goto(site.link_for(address, "Delete your data", "/e/"))
    press(page, "Delete it all")
    shows(page, "It is deleted")


def test_the_tabulator_stops_at_everything_in_its_order(
    site: ReaderSite, chromium: Browser
) -> None:
    with visiting(chromium, 360, "light", script=True) as page:
        page.goto(f"{site.address}/subscribe")
        number = page.evaluate(f"{STOPS}.length")
        page.evaluate(
            "window.stops = []; document.addEventListener('focusin', e => stops.push(e.target))"
        )
        for _ in range(number + STOPS_WITHIN):
            page.keyboard.press("Tab")
        first_times = "stops.filter((stop, n) => stops.indexOf(stop) === n)"
        reached = page.evaluate(f"{first_times}.map(stop => {STOPS}.indexOf(stop))")
        assert reached == list(range(number))
        assert number > 150


def test_no_page_of_a_reader_has_a_serious_fault(site: ReaderSite, chromium: Browser) -> None:
    address = "axe@mail.arxiv-digest.net"
    for scheme in ("light", "dark"):
        with visiting(chromium, 360, scheme, script=True) as page:
            for path in pages_of(site, page, address if scheme == "light" else ""):
                page.goto(path)
                found = Axe().run(page).response["violations"]
                serious = [each["id"] for each in found if each["impact"] in SERIOUS]
                assert serious == [], path


def pages_of(site: ReaderSite, page: Page, address: str) -> list[str]:
    """Sign up where an address is given; return all pages there are to see."""
    if address:
        page.goto(f"{site.address}/subscribe")
        type_in(page, "Mail address", address)
        type_in(page, "What you look for", "model")
        press(page, "Subscribe")
        page.goto(site.link_for(address, "Please confirm", "/c/"))
        press(page, "Confirm")
        page.goto(site.link_for(address, "Welcome", "/p/"))
        press(page, "Mail me a link to my data")
        press(page, "Mail me a link to delete it")
        site.send_digest(address)
    kept = address or "axe@mail.arxiv-digest.net"
    own = site.link_for(kept, "Welcome", "/p/")
    return [
        f"{site.address}/subscribe",
        f"{site.address}/subscribe/sent",
        f"{site.address}/nowhere",
        site.link_for(kept, "Please confirm", "/c/"),
        own,
        f"{own}?lang=zh-Hans",
        f"{own}?done=saved",
        site.link_for(kept, "Welcome", "/u/"),
        site.link_for(kept, "Nov", "/v/"),
        site.link_for(kept, "Nov", "/f/"),
        site.link_for(kept, "Your data", "/d/"),
        site.link_for(kept, "Delete your data", "/e/"),
    ]


def test_what_is_wrong_is_said_beside_the_field_and_kept(
    site: ReaderSite, chromium: Browser
) -> None:
    with visiting(chromium, 360, "light", script=False) as page:
        page.goto(f"{site.address}/subscribe")
        type_in(page, "Mail address", "somebody@example.org")
        type_in(page, "What you look for", "good words\nbad:9")
        press(page, "Subscribe")
        field = page.get_by_label("What you look for")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value("good words\nbad:9")
        expect(page.get_by_role("alert")).to_contain_text("Keywords")
        assert "bad" in page.locator("#keywords-error").inner_text()
