"""Records as arXiv's OAI-PMH gives them: real titles, authors and notes, mostly of physics."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from newsletter.config.sections import ArxivSettings
from newsletter.model import AnnounceType, Paper
from newsletter.sources.entry import RawEntry, make_paper

pytestmark = pytest.mark.data

_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RECORDS = {
    "arxiv-physics-hep-ex.xml": 3,
    "arxiv-physics-hep-th.xml": 3,
    "arxiv-single.xml": 1,
    "sample_arxiv_record.xml": 11,
    "sample_arxiv_record0.xml": 0,
} | {f"sample_arxiv_record{number}.xml": 1 for number in range(1, 11)}


def names_of(record: etree._Element) -> tuple[str, ...]:
    parts = ("forenames", "keyname", "suffix")
    return tuple(
        " ".join(filter(None, (author.findtext(_ARXIV + part) for part in parts)))
        for author in record.iter(_ARXIV + "author")
    )


def papers_of(document: Path) -> Iterator[tuple[Paper, tuple[str, ...]]]:
    """Each record as a paper, its authors joined as the feeds join them; and their names."""
    for record in etree.parse(document).iter(_ARXIV + "arXiv"):
        names = names_of(record)
        categories = tuple(record.findtext(f"{_ARXIV}categories", "").split())
        entry = RawEntry(
            identifier=record.findtext(f"{_ARXIV}id", ""),
            title=record.findtext(f"{_ARXIV}title", ""),
            abstract=record.findtext(f"{_ARXIV}abstract", ""),
            authors=", ".join(names),
            categories=categories,
            announce_type=AnnounceType.NEW,
            comment=record.findtext(f"{_ARXIV}comments"),
            journal_ref=record.findtext(f"{_ARXIV}journal-ref"),
            doi=record.findtext(f"{_ARXIV}doi"),
        )
        yield make_paper(entry, category=categories[0], on=date(2017, 12, 14)), names


def test_no_harvested_file_is_unused(shared_data: Path) -> None:
    assert {path.name for path in (shared_data / "arxiv" / "oai").iterdir()} == set(RECORDS)


@pytest.mark.parametrize(("name", "count"), RECORDS.items())
def test_every_record_makes_a_paper(shared_data: Path, name: str, count: int) -> None:
    papers = list(papers_of(shared_data / "arxiv" / "oai" / name))
    assert len(papers) == count
    for paper, names in papers:
        assert not re.search(r"[\\${}]|\s\s", paper.title)
        assert 2 * len(paper.abstract) > len(paper.abstract_tex)
        named = (each.removeprefix("for the ") for each in names if each != ":")
        assert paper.authors == tuple(named)


@pytest.mark.parametrize("name", ["rss_specifications.md", "atom_specifications.md"])
def test_the_specifications_example_is_a_type_we_know(shared_data: Path, name: str) -> None:
    text = (shared_data / "arxiv" / "docs" / name).read_text(encoding="utf-8")
    (example,) = re.findall(r"<arxiv:announce_type>(.*?)</arxiv:announce_type>", text)
    assert AnnounceType(example) is AnnounceType.REPLACE_CROSS


def test_the_pace_is_the_one_of_the_terms_of_use(shared_data: Path) -> None:
    terms = (shared_data / "arxiv" / "docs" / "api_tou.md").read_text(encoding="utf-8")
    assert "no more than one request every three seconds" in " ".join(terms.split())
    assert ArxivSettings().min_interval_s == 3.0
