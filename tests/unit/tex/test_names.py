"""Names come out of the feeds' one joined string."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsletter.tex.names import split_authors

CASES = {
    r"M\'elissa Tamine, Arma\u{g}an Amcalar, Karl V{\aa}ge": (
        "Mélissa Tamine",
        "Armağan Amcalar",
        "Karl Våge",
    ),
    "M. Gorp (Valeo, PIMM Lab. ENSAM), B. Moya (A (b, c), d)": ("M. Gorp", "B. Moya"),
    r"S\o ren K, {\L}ukasz Kaiser, Michael R\"omer": ("Søren K", "Łukasz Kaiser", "Michael Römer"),
    "A. One (1), B. Two (1 and 2) ((1) Inst, X, (2) Inst Y)": ("A. One", "B. Two"),
    "LIGO Collaboration: A. Abbott, B. Abbott": ("LIGO Collaboration", "A. Abbott", "B. Abbott"),
    "DatologyAI, :, Ada Example": ("DatologyAI", "Ada Example"),
    "A. B. on the ATLAS, on behalf of the ATLAS Collaboration": (
        "A. B. on the ATLAS",
        "ATLAS Collaboration",
    ),
    "John Doe, Jr., Jane Roe and Jim Poe": ("John Doe Jr.", "Jane Roe", "Jim Poe"),
    "Broken (paren, Next One": ("Broken (paren", "Next One"),
    "Andrew~Gould": ("Andrew Gould",),
    "李明, محمد": ("李明", "محمد"),
    "": (),
    " , ,": (),
}


@pytest.mark.parametrize(("raw", "names"), CASES.items())
def test_names_are_split_and_resolved(raw: str, names: tuple[str, ...]) -> None:
    assert split_authors(raw) == names


def test_a_collaboration_of_3303_names_is_split() -> None:
    raw = ", ".join(rf"A. B\'e{number} (Lab, City {number})" for number in range(3303))
    names = split_authors(raw)
    assert (len(names), names[-1]) == (3303, "A. Bé3302")


@given(st.text(alphabet=st.sampled_from(list("ab,;() {}\\'\"~:&")), max_size=80))
def test_names_are_clean_whatever_is_read(raw: str) -> None:
    for name in split_authors(raw):
        assert name == name.strip() != ""
        assert "," not in name


@pytest.mark.data
def test_names_of_recorded_records_are_resolved(shared_data: Path) -> None:
    count = 0
    for path in sorted((shared_data / "arxiv/oai").glob("*.xml")):
        for author in etree.parse(path).iter("{*}author"):
            parts = [author.findtext("{*}forenames"), author.findtext("{*}keyname")]
            name = " ".join(part for part in parts if part)
            if name == ":":
                continue
            assert len(split_authors(name)) == 1, name
            assert not re.search(r"[\\{}]", split_authors(name)[0])
            count += 1
    assert count > 50
