"""What the settings leave open."""

from typing import Any

import pytest

from newsletter.config import Settings
from newsletter.config.keys import known_keys
from newsletter.doctor.settings import check_settings, is_this_machine

REAL: dict[str, Any] = {
    "mail": {
        "from": "digest@papers.real-name.io",
        "reply_to": "owner@real-name.io",
        "postal_address": "1 Real Street",
    },
    "web": {"url": "https://papers.real-name.io"},
    "arxiv": {"contact": "owner@real-name.io"},
}
DEFAULTS = dict.fromkeys(known_keys(), "default")


def found(values: dict[str, Any], **origins: str) -> list[tuple[str, str]]:
    settings = Settings.model_validate(values)
    return [(each.level.value, each.text) for each in check_settings(settings, DEFAULTS | origins)]


def test_settings_that_leave_nothing_open() -> None:
    assert found(REAL) == [("ok", "the settings can be read: all are defaults")]


def test_where_settings_come_from() -> None:
    origins = {
        "mail.title": "file a.toml",
        "mail.from": "file a.toml",
        "web.url": "environment NEWSLETTER_WEB__URL",
    }
    (finding,) = found(REAL, **origins)
    assert finding[1].endswith("2 keys of the file a.toml, 1 of the environment")


def test_an_example_as_sender_counts_only_where_mail_is_sent() -> None:
    mailer = {"mailer": {"kind": "smtp"}}
    levels = [level for level, _ in found(REAL | mailer)]
    assert levels == ["ok"]
    assert [level for level, _ in found({})] == ["ok", "warning"]
    assert [level for level, _ in found(mailer)] == ["ok", "problem", "warning"]


@pytest.mark.parametrize(("host", "count"), [("localhost", 1), ("127.0.0.1", 1), ("a.org", 2)])
def test_mails_in_the_clear(host: str, count: int) -> None:
    mailer = {"mailer": {"kind": "smtp", "tls": "none", "host": host}}
    assert len(found(REAL | mailer)) == count
    assert is_this_machine(host) == (count == 1)
