"""Secrets: never in the settings file, never shown, made once where there are none."""

import multiprocessing
from pathlib import Path

import pytest

from newsletter.config import (
    Secrets,
    effective_settings,
    ensure_local_secrets,
    load_settings,
    require_mail_identity,
    resolve_secrets,
)
from newsletter.config.effective import REDACTED
from newsletter.errors import ConfigurationError

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.mark.parametrize(
    ("content", "variable"),
    [
        (f'[mailer]\npassword = "{PASSWORD}"\n', "NEWSLETTER_MAILER__PASSWORD"),
        (f'[secrets]\naddress_key = "{PASSWORD}"\n', "NEWSLETTER_SECRETS__ADDRESS_KEY"),
        (f'[secrets]\ntoken_keys = ["{PASSWORD}"]\n', "NEWSLETTER_SECRETS__TOKEN_KEYS"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_fix(content: str, variable: str) -> None:
    Path("newsletter.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(None, {})
    message = str(caught.value)
    assert variable in message
    assert f"{variable}_FILE" in message
    assert PASSWORD not in message


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    loaded = load_settings(None, {"NEWSLETTER_MAILER__PASSWORD_FILE": str(file)})
    assert loaded.settings.mailer.password.get_secret_value() == PASSWORD
    assert loaded.origins["mailer.password"] == "environment NEWSLETTER_MAILER__PASSWORD_FILE"


@pytest.mark.parametrize(
    ("content", "why"), [(b"x" * 10_001, "larger than"), (b"\xff", "not UTF-8")]
)
def test_a_secret_in_an_odd_file_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=why):
        load_settings(None, {"NEWSLETTER_MAILER__PASSWORD_FILE": str(file)})


def test_a_secret_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD, encoding="utf-8")
    environ = {
        "NEWSLETTER_MAILER__PASSWORD": PASSWORD,
        "NEWSLETTER_MAILER__PASSWORD_FILE": str(file),
    }
    with pytest.raises(ConfigurationError, match="are both set"):
        load_settings(None, environ)


def test_a_wrong_secret_is_not_in_the_message() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(None, {"NEWSLETTER_SECRETS__ADDRESS_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    loaded = load_settings(
        None,
        {"NEWSLETTER_MAILER__PASSWORD": PASSWORD, "NEWSLETTER_SECRETS__TOKEN_KEYS": PASSWORD},
    )
    shown = {each.key: each for each in effective_settings(loaded.settings, loaded.origins)}
    assert shown["mailer.password"].value == REDACTED
    assert shown["secrets.token_keys"].value == REDACTED
    assert shown["secrets.address_key"].value is None
    assert PASSWORD not in repr((loaded, shown))


def test_local_secrets_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep/data"
    first = ensure_local_secrets(folder)
    assert ensure_local_secrets(folder) == first
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]
    assert len(first.address_key) >= 32
    assert min(map(len, first.token_keys)) >= 32
    assert first.address_key.decode() not in repr(first)
    assert ensure_local_secrets(tmp_path / "other") != first


def _make(folder: Path, results: "multiprocessing.Queue[Secrets]") -> None:
    results.put(ensure_local_secrets(folder))


def test_two_processes_at_once_make_the_same_secrets(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[Secrets] = context.Queue()
    processes = [context.Process(target=_make, args=(tmp_path, results)) for _ in range(8)]
    for process in processes:
        process.start()
    made = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join(30)
    assert len({secrets.address_key for secrets in made}) == 1


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    ensure_local_secrets(tmp_path)
    (tmp_path / "secrets.json").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        ensure_local_secrets(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"token_keys": [], "address_key": "x"}'])
def test_damaged_secrets_are_not_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content, encoding="utf-8")
    file.chmod(0o600)
    with pytest.raises(ConfigurationError, match="damaged: restore it"):
        ensure_local_secrets(tmp_path)
    assert file.read_text(encoding="utf-8") == content


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"set store\.data_dir"):
        ensure_local_secrets(tmp_path / "file" / "data")


def test_settings_count_before_local_secrets() -> None:
    loaded = load_settings(None, {"NEWSLETTER_SECRETS__TOKEN_KEYS": f"new {PASSWORD},{PASSWORD}"})
    both = resolve_secrets(loaded.settings)
    assert both.token_keys == (f"new {PASSWORD}".encode(), PASSWORD.encode())
    local = ensure_local_secrets(loaded.settings.store.data_dir)
    assert both.address_key == local.address_key


def test_nothing_is_written_where_nothing_shall_be_made() -> None:
    settings = load_settings(None, {}).settings
    first = resolve_secrets(settings, make=False)
    assert not settings.store.data_dir.exists()
    assert resolve_secrets(settings, make=False) != first
    kept = ensure_local_secrets(settings.store.data_dir)
    assert resolve_secrets(settings, make=False) == kept


REAL = {
    "NEWSLETTER_MAILER__KIND": "smtp",
    "NEWSLETTER_MAIL__FROM": "digest@papers.real-name.io",
    "NEWSLETTER_MAIL__REPLY_TO": "owner@real-name.io",
    "NEWSLETTER_MAIL__POSTAL_ADDRESS": "1 Real Street",
    "NEWSLETTER_WEB__URL": "https://papers.real-name.io",
}


def test_real_mail_goes_out_under_a_real_name() -> None:
    require_mail_identity(load_settings(None, REAL).settings)


def test_files_may_have_the_examples_name() -> None:
    require_mail_identity(load_settings(None, {}).settings)


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("NEWSLETTER_MAIL__FROM", "mail.from"),
        ("NEWSLETTER_MAIL__REPLY_TO", "mail.reply_to"),
        ("NEWSLETTER_MAIL__POSTAL_ADDRESS", "mail.postal_address"),
        ("NEWSLETTER_WEB__URL", "web.url"),
    ],
)
def test_real_mail_is_refused_under_an_examples_name(variable: str, key: str) -> None:
    environ = {name: text for name, text in REAL.items() if name != variable}
    with pytest.raises(ConfigurationError, match=f"while {key} is the example's"):
        require_mail_identity(load_settings(None, environ).settings)


def test_any_name_under_example_is_an_examples() -> None:
    environ = REAL | {"NEWSLETTER_WEB__URL": "https://news.example.com:8080/x"}
    with pytest.raises(ConfigurationError, match=r"while web\.url is"):
        require_mail_identity(load_settings(None, environ).settings)
