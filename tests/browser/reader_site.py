"""The site with the sample's papers, and the mails that it sends to files."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from newsletter.bootstrap import App
from newsletter.config import load_settings
from tests.browser.served import running, save_sample
from tests.web_site import environment, paths_in, read_mail

WAIT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSite:
    """Where the site is, and where its mails end up."""

    address: str
    mail_dir: Path

    def link_for(self, address: str, subject: str, start: str) -> str:
        """Wait for a mail to somebody whose subject begins so; return its first link of a kind."""
        deadline = time.monotonic() + WAIT_S
        while True:
            for mail in self.mails():
                if mail["To"] == address and str(mail["Subject"]).startswith(subject):
                    path = next(path for path in paths_in(mail) if path.startswith(start))
                    return f"{self.address}{path}"
            assert time.monotonic() < deadline, f"no mail came: {subject}"
            time.sleep(0.05)

    def mails(self) -> list[EmailMessage]:
        """Return the mails, the newest first."""
        paths = sorted(self.mail_dir.rglob("*.eml"), key=lambda path: -path.stat().st_mtime_ns)
        return [read_mail(path) for path in paths]


@contextmanager
def serve_readers(folder: Path) -> Iterator[ReaderSite]:
    """Serve the sample's two days to readers who are quicker than people."""
    settings = environment(folder) | {"NEWSLETTER_WEB__FORM_MIN_S": "0"}
    program = App(load_settings(None, settings))
    with program.open_store() as store:
        save_sample(store)
        with running(program, store) as address:
            yield ReaderSite(address=address, mail_dir=folder / "mail")
