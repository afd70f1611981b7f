"""What the documents say about the code is so."""

import re
from pathlib import Path

import pytest

from newsletter import errors
from newsletter.model import BatchState, DeliveryState
from tests.settings_page import PAGE, page

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "README.md",
    ROOT / "infra" / "systemd" / "README.md",
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)[^)]*\)")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def test_the_table_of_settings_is_up_to_date() -> None:
    """``python -m tests.settings_page`` brings it up to date."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_every_figure_of_the_readme_names_a_command_of_a_clone() -> None:
    figures = README.partition("## Figures")[2].partition("\n## ")[0]
    rows = [line for line in figures.splitlines() if line.startswith("|")][2:]
    commands = [
        re.search(r"`\.venv/bin/python (benchmarks/\w+\.py)[^`]*` \|$", row) for row in rows
    ]
    assert len(rows) >= 5
    assert all(found and (ROOT / found[1]).is_file() for found in commands)


def test_every_state_is_explained() -> None:
    for state in (*DeliveryState, *BatchState):
        assert f"`{state.value}`" in OPERATING


def test_every_exit_code_is_explained() -> None:
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.NewsletterError)
    }
    assert codes >= {1, 2, 69, 70, 78}
    assert not [code for code in {0, 3, *codes} if f"| {code} |" not in OPERATING]


def test_the_picture_of_the_house_names_every_room() -> None:
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in (ROOT / "newsletter").glob("*/__init__.py")]
    assert not [room for room in rooms if f"`{room}`" not in design]
