"""A reader's way in a real browser: sign up, confirm, tune, vote, leave, be forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

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
    button = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    button.focus()
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
    address = f"r{width}{scheme}@example.org"
    with visiting(chromium, width, scheme, script=script) as page:
        page.goto(f"{site.address}/subscribe")
        type_in(page, "Mail address", address)
        type_in(page, "What you look for", "model")
        press(page, "Subscribe")
        shows(page, "Look into your mailbox")
        page.goto(site.link_for(address, "Please confirm", "/c/"))
        press(page, "Confirm")
        shows(page, "You are subscribed")
        own_page = site.link_for(address, "Welcome", "/p/")
        page.goto(own_page)
        type_in(page, "Authors you follow", "Ada Lovelace")
        press(page, "Save")
        expect(page.get_by_role("status")).to_contain_text("Saved")
        expect(page.get_by_label("Authors you follow")).to_have_value("Ada Lovelace")
        press(page, "Pause")
        press(page, "Resume now")
        page.goto(site.link_for(address, "Welcome", "/u/"))
        press(page, "Unsubscribe")
        shows(page, "You have unsubscribed")
        press(page, "Undo: I want to stay")
        shows(page, "Welcome back")
        page.goto(own_page)
        press(page, "Mail me a link to delete it")
        page.goto(site.link_for(address, "Delete your data", "/e/"))
        press(page, "Delete it all")
        shows(page, "It is deleted")


def test_no_page_of_a_reader_has_a_serious_fault(site: ReaderSite, chromium: Browser) -> None:
    address = "axe@example.org"
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
        press(page, "Subscribe")
        page.goto(site.link_for(address, "Please confirm", "/c/"))
        press(page, "Confirm")
        site.link_for(address, "Welcome", "/p/")
    kept = address or "axe@example.org"
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
