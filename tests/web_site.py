"""A site over a fresh store, asked in process, with its mails read from files."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from newsletter.bootstrap import App
from newsletter.config import load_settings
from newsletter.people.office import Office
from newsletter.stores.sqlite.store import SqliteStore
from newsletter.web.app import create_app
from newsletter.web.site import Site
from tests.factories import NOW

SITE = "https://papers.example.org"
_LINK = re.compile(r"https://papers\.example\.org(/\S+)")


@dataclass(slots=True)
class MovableClock:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSite:
    """A site, a visitor, and the folder where its mails end up."""

    web: Starlette
    store: SqliteStore
    clock: MovableClock
    mail_dir: Path
    client: TestClient

    @property
    def site(self) -> Site:
        found: Site = self.web.state.site
        return found

    @property
    def office(self) -> Office:
        return self.site.office

    def send_mails(self) -> int:
        """Send what is queued; return how many mails went out."""
        return self.office.post.send_due()

    def mails(self) -> list[EmailMessage]:
        """Return all mails, in the order in which they were sent."""
        paths = sorted(self.mail_dir.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [read_mail(path) for path in paths]

    def last_mail(self) -> EmailMessage:
        """Send what is queued and return the newest mail."""
        self.send_mails()
        return self.mails()[-1]

    def stamp(self) -> str:
        """Return the stamp of a form that was shown a minute ago."""
        made = self.office.sign_ups.stamps.make()
        self.clock.move(minutes=1)
        return made

    def subscribe(self, address: str, **fields: str | list[str]) -> Response:
        """Fill in the form as a person does."""
        data: dict[str, str | list[str]] = {"stamp": self.stamp(), "address": address}
        return self.client.post("/subscribe", data=data | fields)

    def become_reader(self, address: str = "reader@example.org", **fields: str | list[str]) -> str:
        """Subscribe and confirm; return the path of the reader's own page."""
        self.subscribe(address, **fields)
        confirmed = self.client.post(path_in(self.last_mail(), "/c/"))
        found = re.search(r'href="(/p/[\w-]+)"', confirmed.text)
        assert found is not None
        self.send_mails()
        return found[1]


@contextmanager
def open_site(folder: Path, **settings: str) -> Iterator[WebSite]:
    """Open a site over a new store in ``folder``; no thread sends its mails."""
    environ = environment(folder) | settings
    clock = MovableClock()
    program = App(load_settings(None, environ), clock=clock)
    with program.open_store() as store:
        assert isinstance(store, SqliteStore)
        web = create_app(program, store, answer_takes_s=0.0)
        client = TestClient(web, base_url=SITE, follow_redirects=False)
        yield WebSite(web=web, store=store, clock=clock, mail_dir=folder / "mail", client=client)


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of a site whose store and mails are in ``folder``."""
    return {
        "HOME": str(folder),
        "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
        "NEWSLETTER_MAILER__DIR": str(folder / "mail"),
        "NEWSLETTER_INTERESTS__KEYWORDS": "sparse attention",
        "NEWSLETTER_INTERESTS__CATEGORIES": "cs.LG",
        "NEWSLETTER_WEB__REQUESTS_PER_NETWORK": "100000",
    }


def text_of(mail: EmailMessage) -> str:
    """Return the text part."""
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one


def html_of(mail: EmailMessage) -> str:
    """Return the HTML part."""
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]  # it has one


def paths_in(mail: EmailMessage) -> list[str]:
    """Return the paths of all links to the site, each once."""
    found = _LINK.findall(text_of(mail)) + re.findall(rf'href="{SITE}(/[^"]*)"', html_of(mail))
    return list(dict.fromkeys(found))


def path_in(mail: EmailMessage, start: str) -> str:
    """Return the path of the first link that begins so."""
    return next(path for path in paths_in(mail) if path.startswith(start))


def hidden_fields(html: str) -> Mapping[str, str]:
    """Return the hidden fields of a page, by name."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def heading(answer: Response) -> str:
    """Return the main heading of a page."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    return found[1].strip() if found else ""


def read_mail(path: Path) -> EmailMessage:
    """Read a mail from its file."""
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read
