"""A folder of mails may be somebody's own: nothing of theirs is removed or written over."""

from pathlib import Path

import pytest

from newsletter.delivery.preview_folder import LIST_NAME, PreviewFolder
from newsletter.errors import UsageError


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_an_earlier_run_wrote_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "002-experiment.txt").write_text("mine")
    earlier = PreviewFolder(tmp_path)
    for name in ("001-ada.html", "001-ada.txt", "index.html"):
        earlier.write(name, b"a mail")
    assert PreviewFolder(tmp_path).write("index.html", b"new").read_bytes() == b"new"
    assert names(tmp_path) == {"002-experiment.txt", "index.html", LIST_NAME}
    assert (tmp_path / "002-experiment.txt").read_text() == "mine"


def test_an_index_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("my site")
    with pytest.raises(UsageError, match=r"index\.html .* was not written by us: .* --out"):
        PreviewFolder(tmp_path)
    assert (tmp_path / "index.html").read_text() == "my site"


def test_a_mail_is_not_written_over_a_file_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "001-ada.txt").write_text("mine")
    for _ in range(2):
        with pytest.raises(UsageError, match=r"001-ada\.txt .* --out"):
            PreviewFolder(tmp_path).write("001-ada.txt", b"a mail")
    assert (tmp_path / "001-ada.txt").read_text() == "mine"


def test_names_that_no_run_writes_are_not_removed_although_they_are_listed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for path in (tmp_path / "001-a.txt", folder / "letter.txt"):
        path.write_text("mine")
    (folder / LIST_NAME).write_text(f"../001-a.txt\n{tmp_path}/001-a.txt\nletter.txt\n")
    PreviewFolder(folder)
    assert (tmp_path / "001-a.txt").exists()
    assert (folder / "letter.txt").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UsageError, match=r"out is no folder: .* --out"):
        PreviewFolder(tmp_path / "out")
