"""Public pages in a real browser: readable in every light, on every screen, without a script."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.measure import MIN_CONTRAST, MIN_FONT_PX, PHONE_PX, SCHEMES, Scheme, Text, look
from tests.browser.served import serve_sample

pytestmark = pytest.mark.browser

WIDTHS_PX = (320, PHONE_PX, 1280)
WISH = "keywords=attention%0Azymurgy%0Amodel&authors=Ximena+Araoz-Lund&categories=cs.LG%0Acs.CL"
PATHS = (
    "/",
    "/?lang=zh-Hans",
    "/i",
    "/i?q=model",
    "/i?q=zymurgy",
    "/i/2026-11-20-daily",
    "/i/2026-11-20-daily?category=cs.LG",
    "/help",
    "/privacy",
    "/preview",
    f"/preview?{WISH}",
    "/preview?keywords=too%3A9&lang=zh-Hans",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_sample(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest.fixture(scope="module")
def paper_path(address: str, chromium: Browser) -> str:
    with visiting(chromium) as (page, _):
        page.goto(f"{address}/i/2026-11-20-daily")
        return str(page.locator("article .title a").first.get_attribute("href"))


@contextmanager
def visiting(
    browser: Browser, *, script: bool = True, width: int = 1280
) -> Iterator[tuple[Page, list[str]]]:
    """Open a new visitor's page; the list grows with all that it asks for or complains of."""
    context = browser.new_context(
        java_script_enabled=script,
        viewport={"width": width, "height": 900},
    )

    def complain(message: ConsoleMessage) -> None:
        noted.append(message.text)

    noted: list[str] = []
    try:
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: noted.append(request.url))
        page.on("console", complain)
        yield page, noted
    finally:
        context.close()


def what_is_wrong(text: Text, width: int) -> str | None:
    if text.right < 0:
        return None  # the link that only the keyboard brings into sight
    if text.left < -0.5 or text.right > width + 0.5:
        return f"reaches from {text.left:.0f} to {text.right:.0f} px"
    if text.font_px < MIN_FONT_PX:
        return f"font of {text.font_px} px"
    if text.line_px < 1.25 * text.font_px - 0.01:
        return f"line of {text.line_px} px for {text.font_px} px"
    if text.ratio < MIN_CONTRAST:
        return f"contrast {text.ratio:.2f}"
    return None


def assert_readable(page: Page, *, width: int, scheme: Scheme) -> None:
    view = look(page, width=width, scheme=scheme)
    assert view.scroll_width <= width
    assert (view.page_luminance < 0.2) == (scheme == "dark")
    found = ((text, what_is_wrong(text, width)) for text in view.texts if text.is_shown)
    assert [f"{why}: <{text.tag}> {text.text[:40]!r}" for text, why in found if why] == []


@pytest.mark.parametrize("path", [*PATHS, "a paper"])
def test_a_page_can_be_read_in_every_light_on_every_screen(
    chromium: Browser, address: str, paper_path: str, path: str
) -> None:
    where = paper_path if path == "a paper" else path
    with visiting(chromium) as (page, noted):
        page.goto(address + where, wait_until="load")
        for width in WIDTHS_PX:
            for scheme in SCHEMES:
                assert_readable(page, width=width, scheme=scheme)
    strangers = [each for each in noted if urlsplit(each).netloc != urlsplit(address).netloc]
    assert strangers == []


@pytest.mark.parametrize("path", [*PATHS, "a paper"])
def test_axe_finds_no_barrier(chromium: Browser, address: str, paper_path: str, path: str) -> None:
    where = paper_path if path == "a paper" else path
    with visiting(chromium, width=PHONE_PX) as (page, _):
        page.goto(address + where)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_no_paper_of_the_sample_makes_its_page_wider_than_a_phone(
    chromium: Browser, address: str
) -> None:
    with visiting(chromium, script=False, width=320) as (page, _):
        page.goto(f"{address}/i/2026-11-20-weekly")
        links = page.locator("article .title a").all()
        paths = [str(link.get_attribute("href")) for link in links]
        assert len(paths) > 40
        for path in paths:
            page.goto(address + path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert (path, wide) == (path, 320)


def test_the_preview_follows_what_is_typed(chromium: Browser, address: str) -> None:
    with visiting(chromium) as (page, _):
        page.goto(f"{address}/preview")
        expect(page.locator("#preview article")).to_have_count(0)
        page.get_by_label("What you look for").fill("attention\nzymurgy")
        expect(page.locator("#preview article").first).to_be_visible()
        expect(page.locator("#preview .warnings")).to_contain_text("zymurgy: met in none")
        page.get_by_label("What you look for").fill("")
        expect(page.locator("#preview article")).to_have_count(0)


def test_the_preview_works_without_a_script(chromium: Browser, address: str) -> None:
    with visiting(chromium, script=False) as (page, _):
        page.goto(address)
        page.get_by_label("What you look for").fill("attention")
        page.get_by_role("button", name="See today").click()
        expect(page.locator("#preview article").first).to_be_visible()
        assert page.get_by_label("What you look for").input_value() == "attention"
        page.locator("input[value='cs.CL']").check()
        page.get_by_role("button", name="Show the papers").click()
        expect(page.locator("input[value='cs.CL']")).to_be_checked()


def test_the_list_of_categories_can_be_narrowed(chromium: Browser, address: str) -> None:
    with visiting(chromium) as (page, _):
        page.goto(f"{address}/preview")
        page.get_by_label("Find a category").fill("number theory")
        expect(page.locator(".choice:visible")).to_have_count(1)
        expect(page.locator(".choice:visible")).to_contain_text("math.NT")


def test_searching_works_without_a_script(chromium: Browser, address: str) -> None:
    with visiting(chromium, script=False) as (page, _):
        page.goto(f"{address}/i")
        page.get_by_label("Words, an author").fill("model")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("article").first).to_be_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    chromium: Browser, address: str
) -> None:
    with visiting(chromium) as (page, _):
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()


def test_a_script_in_the_page_is_not_run(chromium: Browser, address: str) -> None:
    with visiting(chromium) as (page, noted):
        page.goto(address)
        page.evaluate(
            "const script = document.createElement('script');"
            "script.textContent = 'window.ran = true'; document.body.append(script);"
        )
        assert page.evaluate("window.ran === undefined")
        assert "Content Security Policy" in noted[-1]
