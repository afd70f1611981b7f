"""Settings from the command line."""

import json
import tomllib
from pathlib import Path

import pytest

from newsletter.config import Settings, load_settings
from newsletter.config.keys import known_keys
from tests.e2e.commands import run

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_every_setting_is_shown_with_where_it_came_from() -> None:
    Path("newsletter.toml").write_text('[mail]\ntitle = "Ours"\n', encoding="utf-8")
    ended = run("config", "show", "--json", NEWSLETTER_LOG__LEVEL="warning")
    shown = json.loads(ended.out)
    assert list(shown) == list(known_keys())
    assert shown["mail.title"] == {"value": "Ours", "origin": "file newsletter.toml"}
    assert shown["log.level"]["origin"] == "environment NEWSLETTER_LOG__LEVEL"
    assert shown["web.url"]["origin"] == "default"


def test_secrets_are_not_shown() -> None:
    for options in ([], ["--json"]):
        ended = run("config", "show", *options, NEWSLETTER_MAILER__PASSWORD=PASSWORD)
        assert ended.code == 0
        assert PASSWORD not in ended.out + ended.err
        assert "(set, not shown)" in ended.out


def test_settings_as_rows() -> None:
    rows = [line.split("\t") for line in run("config", "show").out.splitlines()]
    assert rows[0] == ["key", "value", "origin"]
    assert ["ranking.method", "bm25", "default"] in rows
    assert ["arxiv.enrich", "yes", "default"] in rows


@pytest.mark.parametrize("config", [[], ["--config", "nowhere.toml"]])
def test_a_wrong_setting_ends_with_78_and_one_sentence(config: list[str]) -> None:
    Path("newsletter.toml").write_text("[mailer]\nhots = 1\n", encoding="utf-8")
    ended = run(*config, "config", "show")
    assert (ended.code, ended.out) == (78, "")
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith("newsletter: ")


def test_showing_settings_writes_nothing(tmp_path: Path) -> None:
    run("config", "show")
    assert list(tmp_path.iterdir()) == []


def test_init_writes_a_file_that_is_the_defaults() -> None:
    ended = run("init", "--yes")
    assert (ended.code, ended.out) == (0, "")
    assert Path("newsletter.toml").stat().st_mode & 0o777 == 0o644
    loaded = load_settings(None, {})
    assert loaded.file == Path("newsletter.toml")
    assert loaded.settings == Settings()
    assert loaded.origins["mail.title"] == "file newsletter.toml"


ANSWERS = [
    'Papers "daily"',
    "digest@papers.real-name.io",
    "owner@real-name.io",
    "1 Real Street",
    "https://papers.real-name.io",
    "cs.XX",  # refused, and asked again
    "cs.LG; stat.ML",
    "KV cache:0.5, foo; mixture of experts",
    "extractive",
    "smtp",
    "mail.real-name.io",
    "implicit",
    "0",
    "me",
]


def test_init_asks_and_asks_again_what_is_wrong() -> None:
    ended = run("init", stdin="\n".join(ANSWERS) + "\n")
    assert ended.code == 0, ended
    assert "interests.categories (your answer): 'cs.XX' is not an arXiv category" in ended.err
    settings = load_settings(None, {}).settings
    assert settings.mail.title == 'Papers "daily"'
    assert settings.mail.sender == "digest@papers.real-name.io"
    assert settings.interests.categories == ("cs.LG", "stat.ML")
    assert [(each.phrase, each.weight) for each in settings.interests.keywords] == [
        ("KV cache", 0.5),
        ("foo", 1.0),
        ("mixture of experts", 1.0),
    ]
    assert (settings.mailer.host, settings.mailer.port) == ("mail.real-name.io", 465)


def test_init_with_json_says_what_was_written() -> None:
    ended = run("init", "--yes", "--json", "--out", "other.toml")
    written = json.loads(ended.out)
    assert written["written"] == "other.toml"
    assert written["settings"]["mailer.kind"] == "maildir"
    assert "mailer.host" not in written["settings"]


def test_init_keeps_a_file_that_is_there_unless_forced() -> None:
    Path("newsletter.toml").write_text("# mine\n", encoding="utf-8")
    ended = run("init", "--yes")
    assert ended.code == 2
    assert "add --force" in ended.err
    assert Path("newsletter.toml").read_text(encoding="utf-8") == "# mine\n"
    assert run("init", "--yes", "--force").code == 0
    assert "mail" in tomllib.loads(Path("newsletter.toml").read_text(encoding="utf-8"))


def test_init_works_while_the_settings_are_wrong() -> None:
    Path("newsletter.toml").write_text("[mailer]\nhots = 1\n", encoding="utf-8")
    assert run("init", "--yes", "--force").code == 0
    assert run("config", "show").code == 0


def test_init_without_answers_writes_nothing() -> None:
    ended = run("init", stdin="Ours\n")
    assert ended.code == 2
    assert "add --yes" in ended.err
    assert not Path("newsletter.toml").exists()


def test_a_title_cannot_make_another_key() -> None:
    answers = ['x"\\', *[""] * 20]
    assert run("init", stdin="\n".join(answers)).code == 0
    assert load_settings(None, {}).settings.mail.title == 'x"\\'


@pytest.mark.parametrize(("command", "words"), [("init", ["init"]), ("config", ["config", "show"])])
def test_help_has_two_examples(command: str, words: list[str]) -> None:
    ended = run(*words, "--help", TERM="dumb", COLUMNS="100")
    assert ended.code == 0
    examples = ended.out.split("Examples:")[1].split("Options")[0]
    assert examples.count("newsletter ") >= 2


def test_init_asks_what_amazon_ses_needs() -> None:
    answers = [*ANSWERS[:5], *ANSWERS[6:9], "ses", "eu-west-1", "", "newsletter"]
    ended = run("init", stdin="\n".join(answers) + "\n")
    assert ended.code == 0, ended
    assert "mailer.configuration_set (your answer)" in ended.err
    mailer = load_settings(None, {}).settings.mailer
    assert (mailer.kind, mailer.region, mailer.configuration_set) == (
        "ses",
        "eu-west-1",
        "newsletter",
    )
