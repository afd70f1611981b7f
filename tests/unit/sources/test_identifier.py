"""Old and new identifiers, in all the forms in which sources write them."""

import pytest

from newsletter.sources.identifier import announced_order, parse_identifier

FORMS = {
    "2411.01234": ("2411.01234", None),
    "2411.01234v12": ("2411.01234", 12),
    "arXiv:0704.0001v1": ("0704.0001", 1),
    "oai:arXiv.org:2512.16038v1": ("2512.16038", 1),
    "http://arxiv.org/abs/quant-ph/0201082v1": ("quant-ph/0201082", 1),
    "https://arxiv.org/abs/2604.21935": ("2604.21935", None),
    "math.GT/0309136v2": ("math/0309136", 2),
    "  hep-th/9901001 ": ("hep-th/9901001", None),
    "oai:arXiv.org:cs/9900001": ("cs/9900001", None),
}


@pytest.mark.parametrize(("raw", "parsed"), FORMS.items())
def test_every_form_is_read(raw: str, parsed: tuple[str, int | None]) -> None:
    assert parse_identifier(raw) == parsed


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "abc",
        "2411.123",
        "2411.01234v0",
        "2411.01234\nX: y",
        "hep-th/99010011",
        "https://arxiv.org/api/errors#incorrect_id_format_for_abc",
        "٢٤١١.٠١٢٣٤",
    ],
)
def test_what_is_no_identifier_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="is not an arXiv identifier"):
        parse_identifier(raw)


def test_ids_are_ordered_as_they_were_given() -> None:
    ids = ["hep-th/9901001", "math/0309136", "0704.0001", "1501.00001", "2512.09999", "2512.10000"]
    keys = [announced_order(paper_id) for paper_id in ids]
    assert keys == sorted(keys)
