"""Settings: where they come from, and what is said when they are wrong."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from newsletter.config import Loaded, Settings, load_settings
from newsletter.config.keys import known_keys
from newsletter.errors import ConfigurationError
from subscribers.interests import AnnounceType, Keyword


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, as a user without a settings file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def load(content: str = "", environ: Mapping[str, str] | None = None) -> Loaded:
    Path("newsletter.toml").write_text(content, encoding="utf-8")
    return load_settings(None, environ or {})


def refusal(content: str = "", environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(content, environ)
    assert caught.value.exit_code == 78
    return str(caught.value)


def test_no_file_is_needed(tmp_path: Path) -> None:
    loaded = load_settings(None, {})
    assert loaded.settings == Settings()
    assert loaded.file is None
    assert set(loaded.origins) == set(known_keys())
    assert set(loaded.origins.values()) == {"default"}
    assert loaded.settings.store.path == tmp_path / "data/arxiv-newsletter/newsletter.db"


def test_the_environment_counts_more_than_the_file() -> None:
    loaded = load(
        '[mailer]\nkind = "smtp"\nhost = "file.example.org"\n',
        {"NEWSLETTER_MAILER__HOST": "environment.example.org"},
    )
    assert (loaded.settings.mailer.kind, loaded.settings.mailer.host) == (
        "smtp",
        "environment.example.org",
    )
    assert loaded.origins["mailer.kind"] == "file newsletter.toml"
    assert loaded.origins["mailer.host"] == "environment NEWSLETTER_MAILER__HOST"
    assert loaded.origins["mailer.tls"] == "default"


def test_files_are_looked_for_in_order(tmp_path: Path) -> None:
    places = ("given.toml", "variable.toml", "newsletter.toml")
    for place in places:
        Path(place).write_text(f'[mail]\ntitle = "{place}"\n', encoding="utf-8")
    users = tmp_path / "config/arxiv-newsletter/newsletter.toml"
    users.parent.mkdir(parents=True)
    users.write_text('[mail]\ntitle = "the user\'s"\n', encoding="utf-8")
    environ = {"NEWSLETTER_CONFIG": "variable.toml"}

    def title(config: Path | None, environ: Mapping[str, str]) -> str:
        return load_settings(config, environ).settings.mail.title

    assert title(Path("given.toml"), environ) == "given.toml"
    assert title(None, environ) == "variable.toml"
    assert title(None, {"NEWSLETTER_CONFIG": ""}) == "newsletter.toml"
    Path("newsletter.toml").unlink()
    assert title(None, {}) == "the user's"


@pytest.mark.parametrize(
    ("config", "environ", "origin"),
    [
        (Path("nowhere.toml"), {}, "--config"),
        (None, {"NEWSLETTER_CONFIG": "nowhere.toml"}, "NEWSLETTER_CONFIG"),
    ],
)
def test_a_file_that_was_named_must_be_there(
    config: Path | None, environ: Mapping[str, str], origin: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"{origin} names nowhere.toml.*newsletter init"):
        load_settings(config, environ)


def test_every_kind_of_value_from_the_environment() -> None:
    settings = load(
        environ={
            "NEWSLETTER_ARXIV__MIN_INTERVAL_S": "0",
            "NEWSLETTER_ARXIV__ENRICH": "No",
            "NEWSLETTER_ARXIV__CATCH_UP_DAYS": " 2 ",
            "NEWSLETTER_INTERESTS__CATEGORIES": "cs.LG, stat.ML",
            "NEWSLETTER_INTERESTS__KEYWORDS": '["a, b:0.5", {"phrase": "c", "weight": -1}]',
            "NEWSLETTER_INTERESTS__ANNOUNCE_TYPES": "new,replace-cross",
            "NEWSLETTER_MAIL__FROM": "papers@news.example.net",
            "NEWSLETTER_MAILER__DIR": "~/mails",
            "NEWSLETTER_MAILER__USERNAME": "",
            "HOME_OF_NEWSLETTER_X": "not ours",
        }
    ).settings
    assert (settings.arxiv.min_interval_s, settings.arxiv.enrich) == (0.0, False)
    assert settings.arxiv.catch_up_days == 2
    interests = settings.interests.to_interests()
    assert interests.categories == ("cs.LG", "stat.ML")
    assert interests.keywords == (
        Keyword(phrase="a, b", weight=0.5),
        Keyword(phrase="c", weight=-1.0),
    )
    assert interests.announce_types == (AnnounceType.NEW, AnnounceType.REPLACE_CROSS)
    assert settings.mail.sender == "papers@news.example.net"
    assert settings.mail.list_id == "digest.news.example.net"
    assert settings.mailer.dir == Path.home() / "mails"


def test_relative_paths_in_a_file_start_at_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = folder / "newsletter.toml"
    file.write_text('[mailer]\ndir = "mails"\n[store]\ndata_dir = "/srv/data"\n', encoding="utf-8")
    settings = load_settings(file, {}).settings
    assert settings.mailer.dir == folder / "mails"
    assert settings.store.path == Path("/srv/data/newsletter.db")


@pytest.mark.parametrize(
    ("tls", "port", "wanted"),
    [("starttls", 0, 587), ("implicit", 0, 465), ("none", 0, 25), ("none", 2525, 2525)],
)
def test_the_port_follows_the_protection(tls: str, port: int, wanted: int) -> None:
    settings = load(f'[mailer]\ntls = "{tls}"\nport = {port}\n').settings
    assert settings.mailer.port == wanted


def test_amazon_ses_and_the_addresses_it_may_have() -> None:
    mailer = load(
        '[mailer]\nkind = "ses"\nconfiguration_set = "newsletter"\nregion = "us-gov-west-1"\n'
    ).settings.mailer
    assert (mailer.kind, mailer.configuration_set) == ("ses", "newsletter")
    for url in ("http://127.0.0.1:8025", "http://localhost:1", "https://ses.example.org"):
        environ = {"NEWSLETTER_MAILER__ENDPOINT_URL": url}
        assert load(environ=environ).settings.mailer.endpoint_url == url


def test_amazon_ses_needs_a_configuration_set() -> None:
    message = refusal('[mailer]\nkind = "ses"\n')
    assert message.startswith(
        "mailer.configuration_set (default): it must name a configuration set"
    )


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("[mailer]\nhots = 1\n", ["mailer.hots", "newsletter.toml", "did you mean mailer.host?"]),
        ("[mail]\nsender = 'a@b.org'\n", ["mail.sender", "there is no such key"]),
        ("[mial]\ntitle = 'x'\n", ["mial", "did you mean [mail]?"]),
        ("[zzz]\ntitle = 'x'\n", ["the sections are store, arxiv"]),
        ("title = 'x'\n", ["title", "outside of any table"]),
        ("mail = 3\n", ["mail", "outside of any table"]),
        ("[mailer]\nport = '587'\n", ["mailer.port", "it must be a whole number"]),
        ("[mailer]\nport = 70000\n", ["mailer.port", "less than or equal to 65535"]),
        ("[mailer]\nkind = 'smpt'\n", ["mailer.kind", "'maildir', 'smtp' or 'ses'"]),
        ("[mailer]\nconfiguration_set = 'a b'\n", ["mailer.configuration_set", "64 letters"]),
        ("[mailer]\nregion = 'Europe'\n", ["mailer.region", "such as eu-west-1"]),
        ("[mailer]\ndkim_selector = 'a b'\n", ["mailer.dkim_selector", "such as mail"]),
        ("[mailer]\nendpoint_url = 'http://x.org'\n", ["mailer.endpoint_url", "https://"]),
        ("[mailer]\nendpoint_url = 'x'\n", ["mailer.endpoint_url", "must be a web address"]),
        ("[mailer]\nhost = ''\n", ["mailer.host", "must not be empty"]),
        ("[arxiv]\nenrich = 'yes'\n", ["arxiv.enrich", "it must be true or false"]),
        ("[arxiv]\nmin_interval_s = nan\n", ["arxiv.min_interval_s", "finite number"]),
        ("[arxiv]\nfeed_url = 'ftp://x'\n", ["arxiv.feed_url", "must be a web address"]),
        ("[web]\nurl = 'http://x.org'\n", ["web.url", "must start with https://"]),
        ("[web]\nurl = 'https://a b'\n", ["web.url", "must be a web address"]),
        ("[web]\nurl = 'https://[x'\n", ["web.url", "must be a web address"]),
        ("[web]\nurl = 'https://x:99999'\n", ["web.url", "must be a web address"]),
        ("[web]\nurl = 'https://x.org/?a=b'\n", ["web.url", "must be a web address"]),
        ("[arxiv]\ncontact = 'me'\n", ["arxiv.contact", "must be an email address"]),
        ("[mail]\nfrom = 'A <a@b.org>'\n", ["mail.from", "must be an email address"]),
        ("[mail]\ntitle = 3\n", ["mail.title", 'text, in "quotes"']),
        ("[mail]\ntitle = 'a\\nb'\n".replace("'", '"'), ["mail.title", "one line"]),
        ("[mail]\ntitle = 'A <b>'\n", ["mail.title", "no < or >"]),
        (f"[mail]\ntitle = '{81 * 'x'}'\n", ["mail.title", "up to 80 characters"]),
        ("[mail]\nlist_id = 'a b'\n", ["mail.list_id", "like a host name"]),
        ("[interests]\ncategories = ['cs.lg']\n", ["interests.categories", "did you mean cs.LG?"]),
        ("[interests]\ncategories = []\n", ["interests.categories", "at least one"]),
        ("[interests]\ncategories = 'cs.LG'\n", ["interests.categories", "in [brackets]"]),
        ("[interests]\nkeywords = 'a'\n", ["interests.keywords", "a list of phrases"]),
        ("[interests]\nkeywords = ['a:3']\n", ["interests.keywords", "between −1 and 1"]),
        ("[interests]\nkeywords = [{ word = 'a' }]\n", ["interests.keywords", "{ phrase ="]),
        ("[interests]\nkeywords = [{ phrase = 'a', weight = '1' }]\n", ["must be a number"]),
        ("[interests]\nannounce_types = ['novel']\n", ["interests.announce_types", "entry 1"]),
        ("[interests]\nmax_papers = 0\n", ["interests.max_papers", "between 1 and 50"]),
        ("[interests]\nmin_score = -1\n", ["interests.min_score", "0 or more"]),
        ("[delivery]\nworkers = 1.5\n", ["delivery.workers", "a whole number"]),
        ("[log]\nlevel = 'loud'\n", ["log.level", "'debug', 'info'"]),
        ("[mail\n", ["newsletter.toml is not TOML", "line 1"]),
    ],
)
def test_a_wrong_setting_names_key_place_and_fix(content: str, parts: list[str]) -> None:
    message = refusal(content)
    for part in [*parts, "newsletter.toml"]:
        assert part in message


@pytest.mark.parametrize(
    ("variable", "text", "parts"),
    [
        ("NEWSLETTER_MAILER__HOTS", "x", ["did you mean NEWSLETTER_MAILER__HOST?"]),
        ("NEWSLETTER_MAILER", "smtp", ["there is no such setting"]),
        ("NEWSLETTER_ZZZZZZZZZZZZ", "x", ["newsletter config show"]),
        ("NEWSLETTER_MAILER__PORT", "many", ["mailer.port", "a whole number"]),
        ("NEWSLETTER_ARXIV__ENRICH", "perhaps", ["arxiv.enrich", "true or false"]),
        ("NEWSLETTER_INTERESTS__CATEGORIES", "cs.XX", ["interests.categories", "'cs.XX'"]),
        ("NEWSLETTER_INTERESTS__AUTHORS", "[1", ["interests.authors", "a list"]),
        ("NEWSLETTER_MAILER__HOST_FILE", "x", ["mailer.host is no secret"]),
        ("NEWSLETTER_MAILER__PASSWORD_FILE", "/nowhere", ["/nowhere", "cannot be read"]),
        ("NEWSLETTER_SECRETS__TOKEN_KEYS", "short", ["secrets.token_keys", "16 characters"]),
    ],
)
def test_a_wrong_variable_is_named_with_its_fix(variable: str, text: str, parts: list[str]) -> None:
    message = refusal(environ={variable: text})
    for part in [*parts, variable]:
        assert part in message


def test_all_that_is_wrong_is_said_at_once() -> None:
    message = refusal("[mailer]\nport = 'x'\nkind = 'y'\n[log]\nlevel = 'z'\n")
    assert [line.split(" ")[0] for line in message.splitlines()] == [
        "mailer.kind",
        "mailer.port",
        "log.level",
    ]


def test_a_file_with_everything_wrong_makes_a_short_message() -> None:
    keys = "".join(f"key{number} = 1\n" for number in range(500))
    message = refusal(f"[mail]\n{keys}")
    assert "… and 490 more" in message
    assert len(message.splitlines()) == 11


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    Path("newsletter.toml").write_bytes(b"\xff\xfe[\x00")
    with pytest.raises(ConfigurationError, match=r"newsletter\.toml is not UTF-8"):
        load_settings(None, {})
    Path("newsletter.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigurationError, match="larger than 1,000,000 bytes"):
        load_settings(None, {})


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert load("\ufeff[mail]\ntitle = 'x'\n").settings.mail.title == "x"
