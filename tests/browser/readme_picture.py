"""Make the picture of the README: two mails of the demo, side by side.

Usage: ``make demo && python -m tests.browser.readme_picture out docs/digest.png``
"""

import base64
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import find_chromium, open_chromium
from tests.browser.measure import DESK_PX, PHONE_PX, show

HEIGHT_PX = 1_000
MARGIN_PX = 32

PAGE = """<body style="margin:0;padding:{margin}px;background:#8d97a5;display:flex;gap:{margin}px">
<img style="border-radius:12px" src="data:image/png;base64,{desk}">
<img style="border-radius:28px" src="data:image/png;base64,{phone}"></body>"""


def main(arguments: Sequence[str]) -> int:
    """Write the picture; its parts are the mails of a reader in English and one in Chinese."""
    executable = find_chromium()
    if len(arguments) != 2 or executable is None:
        sys.stderr.write("usage: readme_picture DEMO_DIR PICTURE.png; needs Chromium\n")
        return 2
    folder, picture = map(Path, arguments)
    with open_chromium(executable) as browser:
        desk = _shot(browser, _mail(folder, "ines"), width=DESK_PX, scheme="light")
        phone = _shot(browser, _mail(folder, "wei"), width=PHONE_PX, scheme="dark")
        page = browser.new_page()
        page.set_viewport_size(
            {"width": DESK_PX + PHONE_PX + 3 * MARGIN_PX, "height": HEIGHT_PX + 2 * MARGIN_PX}
        )
        page.set_content(PAGE.format(margin=MARGIN_PX, desk=desk, phone=phone))
        page.wait_for_function("[...document.images].every((image) => image.naturalWidth)")
        page.screenshot(path=picture)
    return 0


def _mail(folder: Path, reader: str) -> str:
    (path,) = folder.glob(f"*-{reader}-*.html")
    return path.read_text(encoding="utf-8")


def _shot(browser: Browser, html: str, *, width: int, scheme: str) -> str:
    with show(browser, html) as (page, _):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": HEIGHT_PX})
        return base64.b64encode(page.screenshot()).decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
