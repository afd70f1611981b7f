"""A mail is shown to the operator, whether it is still to go out or did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.operations import Desk
from tests.e2e.ready import SEND
from tests.factories import DAY


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path, readers=2) as desk:
        yield desk


def show(desk: Desk, *words: str) -> tuple[str, ...]:
    return (*words, "--on", str(DAY), "--out", str(desk.folder / "mails"))


def test_a_mail_that_went_out_is_shown_again_and_nobody_else_is_spoken_of(desk: Desk) -> None:
    asked, other = desk.addresses
    words = show(desk, "preview", "--to", asked)
    before = desk.run(*words, "--json").json["mails"]
    assert desk.run(*SEND).code == 0
    after = desk.run(*words)
    assert (after.code, after.err.count("No mail")) == (0, 0), after.err
    assert other not in after.out + after.err
    (mail,) = desk.run(*words, "--json").json["mails"]
    assert [mail] == before
    assert asked in (desk.folder / "mails" / f"{mail['stem']}.eml").read_text()


def test_a_dry_run_for_one_reader_says_nothing_of_the_others(desk: Desk) -> None:
    asked, _ = desk.addresses
    assert desk.run(*SEND).code == 0
    shown = desk.run(*show(desk, "send", "--dry-run", "--only", asked, "--json"))
    assert (shown.code, shown.json["mails"]) == (0, [])
    assert shown.json["skipped"] == [f"{asked} (sent)"]


def test_a_folder_with_a_page_of_our_own_is_refused(desk: Desk) -> None:
    page = desk.folder / "mails" / "index.html"
    page.parent.mkdir()
    page.write_text("my site")
    refused = desk.run(*show(desk, "preview", "--to", desk.addresses[0]))
    assert refused.code == 2
    assert "choose another folder with --out" in refused.err
    assert page.read_text() == "my site"
