"""A program for the doctor to look at: every service is a real one on loopback."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsletter.sources.calendar import AnnouncementCalendar
from tests.e2e.commands import Ended, run
from tests.servers.fake_arxiv import FakeArxiv
from tests.servers.fake_arxiv_days import Record

DOMAIN = "papers.real-name.io"
CATEGORY = "cs.AI"
"""The first one of the house."""


@dataclass(frozen=True)
class Patient:
    """``newsletter doctor`` with these settings."""

    settings: Mapping[str, str]

    def doctor(self, *words: str, **settings: str) -> Ended:
        return run("doctor", *words, **(dict(self.settings) | settings))

    def findings(self, *words: str, **settings: str) -> dict[str, list[dict[str, Any]]]:
        """Return what was found, by check."""
        ended = self.doctor("--json", *words, **settings)
        found: dict[str, list[dict[str, Any]]] = {}
        for finding in json.loads(ended.out)["findings"]:
            found.setdefault(finding["check"], []).append(finding)
        return found


def patient(folder: Path, arxiv: FakeArxiv, **settings: str) -> Patient:
    """Make one whose every setting is in order, but for those given."""
    return Patient(
        {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "NEWSLETTER_STORE__DATA_DIR": str(folder / "data"),
            "NEWSLETTER_ARXIV__FEED_URL": arxiv.feed_url,
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_ARXIV__TIMEOUT_S": "5",
            "NEWSLETTER_ARXIV__CONTACT": f"owner@{DOMAIN}",
            "NEWSLETTER_MAIL__FROM": f"digest@{DOMAIN}",
            "NEWSLETTER_MAIL__REPLY_TO": f"owner@{DOMAIN}",
            "NEWSLETTER_MAIL__POSTAL_ADDRESS": "1 Real Street",
            "NEWSLETTER_WEB__URL": f"https://{DOMAIN}",
            "NEWSLETTER_MAILER__DIR": str(folder / "mail"),
            "NEWSLETTER_MAILER__TIMEOUT_S": "5",
            **settings,
        }
    )


def announce(arxiv: FakeArxiv) -> None:
    """Have the feeds announce two papers today."""
    day = AnnouncementCalendar().current_day(datetime.now(UTC))
    records = (_record(number) for number in (1, 2))
    arxiv.announce(day, records)


def levels(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return how bad each is."""
    return [finding["level"] for finding in findings]


def _record(number: int) -> Record:
    return Record(
        id=f"2611.{number:05d}",
        title=f"Paper {number}",
        abstract="We study.",
        authors="Ada Example",
        categories=(CATEGORY,),
        types=((CATEGORY, "new"),),
    )
