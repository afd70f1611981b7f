"""The recorded edge cases make mails that keep every rule."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter.model import AnnounceType, Paper
from newsletter.render.lint import Finding, lint
from newsletter.render.mail import DigestRenderer
from newsletter.sources.entry import RawEntry, make_paper
from tests.browser.samples import IDENTITY, LINKS, make_digest
from tests.factories import DAY
from tests.mail_rules import broken_markup

pytestmark = pytest.mark.data


def _paper(row: dict[str, Any]) -> Paper:
    entry = RawEntry(
        identifier=row["id"],
        title=row["title"],
        abstract=row["abstract"],
        authors=tuple(row["authors"]),
        categories=tuple(row["categories"]),
        announce_type=AnnounceType.NEW,
        comment=row["comment"] or None,
    )
    return make_paper(entry, category=row["categories"][0], on=DAY)


@pytest.fixture(scope="module")
def papers(shared_data: Path) -> tuple[Paper, ...]:
    with gzip.open(shared_data / "papers" / "edge_cases.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [_paper(json.loads(line)) for line in lines]
    return tuple({paper.id: paper for paper in found}.values())


def _findings(papers: tuple[Paper, ...], language: str) -> Iterator[Finding | str]:
    renderer = DigestRenderer(IDENTITY)
    for start in range(0, len(papers), 12):
        some = papers[start : start + 12]
        mail = renderer.render(
            make_digest(some, language=language), delivery_id="d-0001", links=LINKS
        )
        yield from lint(mail)
        yield from broken_markup(mail.html)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_no_edge_case_breaks_a_rule(papers: tuple[Paper, ...], language: str) -> None:
    assert len(papers) > 250
    assert [*_findings(papers, language)] == []


def test_no_edge_case_breaks_a_rule_when_it_is_alone(papers: tuple[Paper, ...]) -> None:
    renderer = DigestRenderer(IDENTITY)
    mails = (
        renderer.render(make_digest((one,)), delivery_id="d-0001", links=LINKS) for one in papers
    )
    assert [finding for mail in mails for finding in lint(mail)] == []
