"""Take pictures of mails for people to look at.

Usage: ``python -m tests.browser.shots OUT_DIR [MAIL.html …]``; without mails, of every sample.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import find_chromium, open_chromium
from tests.browser.measure import DESK_PX, PHONE_PX, SCHEMES, show
from tests.browser.samples import render_all, sample_digests


def main(arguments: Sequence[str]) -> int:
    """Write a full-page PNG of each mail at 375 and 700 px, light and dark; print their paths."""
    executable = find_chromium()
    if not arguments or executable is None:
        sys.stderr.write("usage: shots OUT_DIR [MAIL.html …]; needs Chromium\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with open_chromium(executable) as browser:
        for name, html in _sources([Path(path) for path in arguments[1:]]):
            for path in _take(browser, html, folder / name):
                sys.stdout.write(f"{path}\n")
    return 0


def _sources(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    if paths:
        yield from ((path.stem, path.read_text(encoding="utf-8")) for path in paths)
    else:
        yield from ((name, mail.html) for name, mail in render_all(sample_digests()))


def _take(browser: Browser, html: str, stem: Path) -> Iterator[Path]:
    with show(browser, html) as (page, _):
        for width in (PHONE_PX, DESK_PX):
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                path = stem.with_name(f"{stem.name}-{width}-{scheme}.png")
                page.screenshot(path=path, full_page=True)
                yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
