"""Readers from the command line, on a real store."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.cli.output import PARTIAL
from subscribers.transfer.columns import COLUMNS
from tests.e2e.commands import Ended, run

READER = "reader@example.org"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own, and no settings file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NEWSLETTER_STORE__DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def shown(address: str = READER) -> dict[str, Any]:
    ended = run("subscriber", "show", address, "--json")
    assert ended.code == 0, ended
    reader: dict[str, Any] = json.loads(ended.out)
    return reader


def import_csv(content: str, *options: str) -> Ended:
    Path("readers.csv").write_text(content, encoding="utf-8")
    return run("subscriber", "import", "readers.csv", *options)


def test_a_new_reader_has_what_the_house_has() -> None:
    ended = run("subscriber", "add", READER)
    assert (ended.code, ended.out) == (0, "")
    assert f"{READER} is subscribed" in ended.err
    reader = shown()
    assert (reader["state"], reader["language"], reader["timezone"]) == ("active", "en", "UTC")
    assert reader["categories"] == ["cs.AI", "cs.CL", "cs.DC", "cs.LG"]
    assert {"phrase": "sparse attention", "weight": 0.8} in reader["keywords"]
    assert reader["confirmed_at"] == reader["created_at"]


def test_every_option_of_a_new_reader() -> None:
    ended = run(
        *("subscriber", "add", "Reader@Example.ORG", "--json", "--category", "cs.LG"),
        *("--category", "stat.ML", "--keyword", "KV cache:0.5", "--keyword", "a: b"),
        *("--author", "Doe, Jane", "--exclude", "blockchain", "--language", "zh"),
        *("--timezone", "Asia/Shanghai", "--frequency", "weekly", "--weekday", "tue"),
        *("--send-at", "18:30", "--max-papers", "5"),
    )
    assert ended.code == 0, ended
    reader = json.loads(ended.out)
    assert shown("Reader@example.org") == reader
    wanted = {
        "address": "Reader@example.org",
        "categories": ["cs.LG", "stat.ML"],
        "keywords": [{"phrase": "KV cache", "weight": 0.5}, {"phrase": "a: b", "weight": 1.0}],
        "authors": ["Doe, Jane"],
        "exclude": ["blockchain"],
        "language": "zh",
        "timezone": "Asia/Shanghai",
        "frequency": "weekly",
        "weekday": "tuesday",
        "send_at": "18:30",
        "max_papers": 5,
    }
    assert {key: reader[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nobody"], "'nobody' is not an address"),
        ([f"{READER}\nBcc: x@example.org"], "line ends"),
        ([READER, "--category", "cs.ai"], "did you mean cs.AI?"),
        ([READER, "--keyword", "a:7"], "between −1 and 1"),
        ([READER, "--timezone", "Mars"], "'Mars' is no time zone"),
        ([READER, "--max-papers", "0"], "between 1 and 50"),
        ([READER, "--frequency", "hourly"], "'daily', 'weekdays', 'weekly'"),
        ([READER, "--weekday", "someday"], "no day of the week"),
    ],
)
def test_a_reader_that_cannot_be_added_says_why(words: list[str], why: str) -> None:
    ended = run("subscriber", "add", *words, TERM="dumb", COLUMNS="200")
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err
    assert "Traceback" not in ended.err
    assert json.loads(run("subscriber", "list", "--json").out) == []


@pytest.mark.parametrize(("language", "mails"), [("fr", "'en'"), ("zh-TW", ""), ("en-GB", "")])
def test_a_language_without_words_is_told(language: str, mails: str) -> None:
    ended = run("subscriber", "add", "someone@example.com", "--language", language)
    assert ended.code == 0
    assert ("There are no words" in ended.err) == bool(mails)
    assert mails in ended.err


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--frequency", "hourly", "'hourly' is not one of 'daily', 'weekdays', 'weekly'"),
        ("--max-papers", "two", "it must be a whole number"),
    ],
)
def test_a_wrong_option_is_told_without_the_validators_words(
    option: str, value: str, words: str
) -> None:
    ended = run("subscriber", "add", "someone@example.com", option, value)
    assert ended.code == 2
    assert f"Invalid value for '{option}': {words}" in ended.err


def test_nobody_is_added_twice_whatever_the_capitals() -> None:
    run("subscriber", "add", READER)
    ended = run("subscriber", "add", "READER@example.org")
    assert ended.code == 2
    assert "subscribed already (active)" in ended.err
    assert len(json.loads(run("subscriber", "list", "--json").out)) == 1


def test_who_has_left_is_not_added_again() -> None:
    import_csv(f"address,state\n{READER},unsubscribed\n")
    ended = run("subscriber", "add", READER)
    assert ended.code == 2
    assert "is unsubscribed and stays so" in ended.err


def test_readers_are_listed_by_state() -> None:
    import_csv("address,state\na@example.org,\nb@example.org,paused\nc@example.org,unsubscribed\n")
    listed = json.loads(run("subscriber", "list", "--json", "--state", "paused").out)
    assert [reader["address"] for reader in listed] == ["b@example.org"]
    head, *rows = run("subscriber", "list").out.splitlines()
    assert head.split("\t")[:2] == ["address", "state"]
    assert [row.split("\t")[:2] for row in rows] == [
        ["a@example.org", "active"],
        ["b@example.org", "paused"],
        ["c@example.org", "unsubscribed"],
    ]


def test_a_reader_is_shown_as_rows() -> None:
    run("subscriber", "add", READER, "--keyword", "KV cache:0.5")
    rows = dict(line.split("\t") for line in run("subscriber", "show", READER).out.splitlines())
    assert (rows["address"], rows["keywords"]) == (READER, "KV cache:0.5")


@pytest.mark.parametrize("command", ["show", "remove"])
def test_nobody_by_that_address(command: str) -> None:
    ended = run("subscriber", command, READER)
    assert ended.code == 2
    assert f"nobody is subscribed as {READER}" in ended.err


def test_a_reader_is_removed_only_when_that_was_meant() -> None:
    run("subscriber", "add", READER)
    ended = run("subscriber", "remove", READER, stdin="")
    assert ended.code == 2
    assert "add --yes" in ended.err
    assert shown()["address"] == READER
    ended = run("subscriber", "remove", READER, "--yes", "--json")
    assert json.loads(ended.out) == {"removed": READER}
    assert run("subscriber", "show", READER).code == 2


def test_an_import_says_what_became_of_each_row() -> None:
    run("subscriber", "add", READER)
    import_csv("address,state\nleft@example.org,unsubscribed\n")
    ended = import_csv(
        f"address,language\n{READER},zh\nnew@example.org,\nleft@example.org,en\nnobody,\n", "--json"
    )
    assert ended.code == PARTIAL
    result = json.loads(ended.out)
    rows = result.pop("rows")
    assert result == {"added": 1, "updated": 1, "unchanged": 0, "refused": 2}
    assert [(row["line"], row["outcome"]) for row in rows] == [(4, "refused"), (5, "refused")]
    assert "stays so" in rows[0]["reason"]
    assert shown()["language"] == "zh"
    assert shown()["revision"] == 2


def test_an_import_in_words() -> None:
    ended = import_csv(f"address\n{READER}\nnobody\n")
    assert ended.code == PARTIAL
    assert ended.out.splitlines()[1].startswith("3\trefused\t'nobody' is not an address")
    assert "1 added, 0 updated, 0 unchanged, 1 refused" in ended.err


def test_a_dry_run_changes_nothing_and_finds_doubles(data_dir: Path) -> None:
    run("subscriber", "add", READER)
    before = (data_dir / "newsletter.db").read_bytes()
    ended = import_csv(
        f"address,language\n{READER},zh\nnew@example.org,\nNew@example.org,\n",
        *("--dry-run", "--json"),
    )
    assert ended.code == 0
    assert json.loads(ended.out) == {
        "added": 1,
        "updated": 1,
        "unchanged": 1,
        "refused": 0,
        "rows": [],
    }
    assert (data_dir / "newsletter.db").read_bytes() == before


def test_a_dry_run_on_a_fresh_machine_writes_nothing(data_dir: Path) -> None:
    assert import_csv(f"{READER}\n", "--dry-run").code == 0
    assert not data_dir.exists()


def test_an_import_from_standard_input() -> None:
    ended = run(
        *("subscriber", "import", "-", "--format", "jsonl", "--json"),
        stdin=json.dumps({"address": READER, "keywords": [{"phrase": "a", "weight": -1}]}),
    )
    assert json.loads(ended.out)["added"] == 1
    assert shown()["keywords"] == [{"phrase": "a", "weight": -1.0}]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"address\n{READER}\n".encode("utf-16"), "UTF-16, not UTF-8"),
        (b"address,mood\n", "'mood' is unknown"),
        (b"\0" * 100, "UTF-16, not UTF-8"),
    ],
)
def test_a_file_that_is_something_else_ends_with_the_fix(content: bytes, why: str) -> None:
    Path("readers.csv").write_bytes(content)
    ended = run("subscriber", "import", "readers.csv")
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err


@pytest.mark.parametrize(("path", "why"), [("nowhere.csv", "No such file"), (".", "directory")])
def test_a_file_that_cannot_be_read_is_named(path: str, why: str) -> None:
    ended = run("subscriber", "import", path)
    assert ended.code == 2
    assert f"{path} cannot be read" in ended.err
    assert why in ended.err


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_an_export_is_imported_as_it_was(file_format: str, tmp_path: Path) -> None:
    run("subscriber", "add", READER, "--keyword", "=1+1;x:0.5", "--author", "Søren Kierkegård")
    run("subscriber", "add", "other@example.org", "--language", "zh")
    out = f"readers.{file_format}"
    ended = run("subscriber", "export", "--format", file_format, "--out", out)
    assert (ended.code, ended.out) == (0, "")
    assert Path(out).stat().st_mode & 0o777 == 0o600
    fresh = {"NEWSLETTER_STORE__DATA_DIR": str(tmp_path / "fresh")}
    ended = run("subscriber", "import", out, "--json", **fresh)
    assert json.loads(ended.out)["added"] == 2
    ours = run("subscriber", "export", "--json").out.splitlines()
    theirs = run("subscriber", "export", "--json", **fresh).out.splitlines()
    own = {"created_at", "confirmed_at"}
    for mine, other in zip(ours, theirs, strict=True):
        pair = (json.loads(mine).items(), json.loads(other).items())
        assert {k: v for k, v in pair[0] if k not in own} == {
            k: v for k, v in pair[1] if k not in own
        }


def test_an_export_goes_to_standard_output() -> None:
    run("subscriber", "add", READER, "--author", "=HYPERLINK()")
    head, row = csv.reader(io.StringIO(run("subscriber", "export").out))
    assert tuple(head) == COLUMNS
    assert row[0] == READER
    assert row[COLUMNS.index("authors")] == "'=HYPERLINK()"


def test_an_export_that_cannot_be_written_leaves_the_old_file() -> None:
    run("subscriber", "add", READER)
    ended = run("subscriber", "export", "--out", "nowhere/readers.csv")
    assert ended.code == 2
    assert "nowhere/readers.csv cannot be written" in ended.err
    Path("folder").mkdir()
    ended = run("subscriber", "export", "--out", "folder")
    assert ended.code == 2
    assert sorted(path.name for path in Path().iterdir()) == ["data", "folder"]


@pytest.mark.parametrize("command", ["add", "list", "show", "remove", "import", "export"])
def test_help_has_two_examples(command: str) -> None:
    ended = run("subscriber", command, "--help", TERM="dumb", COLUMNS="100")
    assert ended.code == 0
    assert ended.out.count(f"newsletter subscriber {command}") >= 2
    assert "--json" in ended.out
