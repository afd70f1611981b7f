"""The site with the sample's papers, and the mails that it sends to a real SMTP server."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from newsletter.bootstrap import App
from newsletter.config import load_settings
from subscribers.model import Subscriber
from tests.browser.served import running, save_sample
from tests.servers.smtp import Mailbox, running_smtp
from tests.web_site import environment

WAIT_S = 30.0
HOST = "https://papers.arxiv-digest.net"
_LINK = re.compile(rf"{re.escape(HOST)}(/\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSite:
    """Where the site is, and the server where its mails end up.

    Attributes:
        environ: of every program of this newsletter.
    """

    address: str
    program: App
    mailbox: Mailbox
    environ: Mapping[str, str]

    def mail_for(self, address: str, subject: str) -> EmailMessage:
        """Wait for a mail to somebody whose subject has these words; return the newest."""
        deadline = time.monotonic() + WAIT_S
        while True:
            for _, recipients, raw in reversed(self.mailbox.mails):
                mail = message_from_bytes(raw, policy=policy.default)
                assert isinstance(mail, EmailMessage)
                if address in recipients and subject in str(mail["Subject"]):
                    return mail
            assert time.monotonic() < deadline, f"no mail came: {subject}"
            time.sleep(0.05)

    def link_for(self, address: str, subject: str, start: str) -> str:
        """Wait for such a mail; return its first link of a kind."""
        return self.link_in(self.mail_for(address, subject), start)

    def link_in(self, mail: EmailMessage, start: str) -> str:
        """Return the first link of a kind in a mail's text part, as it is served here."""
        part = mail.get_body(("plain",))
        assert part is not None
        paths = _LINK.findall(part.get_content())
        return f"{self.address}{next(path for path in paths if path.startswith(start))}"

    def send_digest(self, address: str) -> None:
        """Send somebody the sample's issue, as an operator does."""
        words = ["send", "--source", "sample", "--only", address, "--yes"]
        command = [sys.executable, "-m", "newsletter", *words]
        subprocess.run(command, env=self.environ, check=True, capture_output=True, timeout=60)

    def reader(self, address: str) -> Subscriber | None:
        """Return a reader's record."""
        with self.program.open_store() as store:
            return store.subscribers.find(address)


@contextmanager
def serve_readers(folder: Path) -> Iterator[ReaderSite]:
    """Serve the sample's two days to readers who are quicker than people."""
    with running_smtp() as mailbox:
        environ = environment(folder) | {
            "NEWSLETTER_WEB__FORM_MIN_S": "0",
            "NEWSLETTER_WEB__URL": HOST,
            "NEWSLETTER_MAILER__KIND": "smtp",
            "NEWSLETTER_MAILER__HOST": "127.0.0.1",
            "NEWSLETTER_MAILER__PORT": str(mailbox.port),
            "NEWSLETTER_MAILER__TLS": "none",
            "NEWSLETTER_MAIL__FROM": "digest@papers.arxiv-digest.net",
            "NEWSLETTER_MAIL__REPLY_TO": "owner@papers.arxiv-digest.net",
            "NEWSLETTER_MAIL__POSTAL_ADDRESS": "Real Street 1, Real Town",
        }
        program = App(load_settings(None, environ))
        with program.open_store() as store:
            save_sample(store)
            with running(program, store) as address:
                yield ReaderSite(address=address, program=program, mailbox=mailbox, environ=environ)
