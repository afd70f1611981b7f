"""The sample shows itself, whoever is subscribed."""

from pathlib import Path

from tests.e2e.program import Program

SHOW = ("send", "--dry-run", "--source", "sample", "--json")


def test_the_demo_shows_the_same_with_and_without_readers_of_our_own(tmp_path: Path) -> None:
    program = Program(tmp_path)
    before = program.run(*SHOW)
    assert program.run("subscriber", "add", "ada@papers.arxivdigest.net").code == 0
    after = program.run(*SHOW)
    assert before.code == after.code == 0, before.err
    assert len(before.json["mails"]) == 4
    assert [mail["stem"] for mail in after.json["mails"]] == [
        mail["stem"] for mail in before.json["mails"]
    ]
    assert "the sample's own readers; --only EMAIL" in after.err


def test_one_of_our_readers_can_be_shown_the_sample(tmp_path: Path) -> None:
    program = Program(tmp_path)
    address = "ada@papers.arxivdigest.net"
    assert program.run("subscriber", "add", address, "--keyword", "KV cache").code == 0
    shown = program.run(*SHOW, "--only", address)
    assert [mail["reader"] for mail in shown.json["mails"]] == [address]
    assert "own readers" not in shown.err


def test_the_sample_is_not_mailed_to_everybody(tmp_path: Path) -> None:
    ended = Program(tmp_path).run("send", "--source", "sample", NEWSLETTER_MAILER__KIND="smtp")
    assert ended.code == 2
    assert "--dry-run" in ended.err
