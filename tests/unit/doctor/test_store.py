"""The data folder: secrets, database, disk."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from newsletter.config import Settings, ensure_local_secrets
from newsletter.doctor.finding import Finding
from newsletter.doctor.store import (
    check_disk,
    check_folder,
    check_secrets,
    check_store,
    count_active_readers,
)
from newsletter.errors import ConfigurationError, StoreError
from newsletter.stores.sqlite.store import SqliteStore, open_store
from subscribers.model import SubscriberState
from tests.factories import make_subscriber


def settings_at(folder: Path, **secrets: object) -> Settings:
    return Settings.model_validate({"store": {"data_dir": str(folder)}, "secrets": secrets})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose data folder does not exist."""
    return settings_at(tmp_path / "data")


def opened(settings: Settings) -> SqliteStore:
    secrets = ensure_local_secrets(settings.store.data_dir)
    return open_store(settings.store.path, address_key=secrets.address_key, busy_timeout_s=0.05)


def never() -> SqliteStore:
    pytest.fail("the store was opened")


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


class TestNothingYet:
    def test_looking_makes_nothing(self, settings: Settings, tmp_path: Path) -> None:
        found = (
            only(check_secrets(settings)),
            only(check_store(settings, never)),
            only(check_disk(settings)),
        )
        assert [each.level.value for each in found] == ["ok", "ok", "ok"]
        assert count_active_readers(settings, never) is None
        assert list(tmp_path.iterdir()) == []

    def test_a_file_in_place_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()
        finding = only(check_store(settings_at(tmp_path / "data"), never))
        assert (finding.level, finding.exit_code) == ("problem", 78)
        assert "store.data_dir" in finding.fix

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_of_somebody_else(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        assert only(check_folder("a", tmp_path / "b" / "c", setting="x")).level == "problem"
        tmp_path.chmod(0o700)


class TestStore:
    def test_a_store_in_use(self, settings: Settings) -> None:
        with opened(settings) as store:
            store.subscribers.add(make_subscriber(1))
            store.subscribers.add(make_subscriber(2, state=SubscriberState.PAUSED))
        found = only(check_store(settings, lambda: opened(settings)))
        assert found.level == "ok"
        assert "1 active reader, no papers yet" in found.text
        assert only(check_secrets(settings)).level == "ok"
        assert count_active_readers(settings, lambda: opened(settings)) == 1

    def test_a_database_that_others_can_read(self, settings: Settings) -> None:
        opened(settings).close()
        settings.store.path.chmod(0o644)
        found = tuple(check_store(settings, lambda: opened(settings)))
        assert [each.level.value for each in found] == ["ok", "warning"]
        assert "chmod 600" in found[1].fix

    def test_a_database_that_another_process_keeps_locked(self, settings: Settings) -> None:
        with (
            opened(settings) as other,
            other._file.write(),
            pytest.raises(StoreError, match="lock"),
        ):
            tuple(check_store(settings, lambda: opened(settings)))

    def test_a_damaged_database(self, settings: Settings) -> None:
        opened(settings).close()
        settings.store.path.write_bytes(b"not a database at all" * 300)
        with pytest.raises(StoreError, match="not a SQLite database"):
            tuple(check_store(settings, lambda: opened(settings)))

    def test_lost_keys_are_found_before_new_ones_are_made(self, settings: Settings) -> None:
        opened(settings).close()
        path = settings.store.data_dir / "secrets.json"
        path.unlink()
        secrets = only(check_secrets(settings))
        assert (secrets.level, secrets.exit_code) == ("problem", 78)
        assert "back-up" in secrets.fix
        assert only(check_store(settings, never)).level == "warning"
        assert count_active_readers(settings, never) is None
        assert not path.exists()


class TestSecrets:
    def test_keys_that_others_can_read(self, settings: Settings) -> None:
        ensure_local_secrets(settings.store.data_dir)
        (settings.store.data_dir / "secrets.json").chmod(0o644)
        with pytest.raises(ConfigurationError, match="chmod 600"):
            tuple(check_secrets(settings))

    def test_keys_of_the_environment_need_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "newsletter.db").touch()
        settings = settings_at(tmp_path, token_keys=["k" * 16], address_key="a" * 16)
        found = only(check_secrets(settings))
        assert (found.level, found.text) == ("ok", "the keys come from the environment")


@pytest.mark.parametrize(
    ("free_bytes", "level"), [(10_000_000, "problem"), (100_000_000, "warning"), (10**9, "ok")]
)
def test_room_on_the_disk(settings: Settings, free_bytes: int, level: str) -> None:
    assert only(check_disk(settings, free_bytes=lambda _: free_bytes)).level == level
