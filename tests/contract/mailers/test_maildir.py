"""Mails in a folder."""

import errno
import os
from pathlib import Path

import pytest

from newsletter.errors import MailerStoppedError
from newsletter.mailers.maildir import MaildirMailer
from newsletter.ports import Mailer
from tests.contract.mailers.mailer import HandedOver, MailerContract
from tests.contract.mailers.values import RAW, make_envelope
from tests.factories import NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out" / "mail"


@pytest.fixture
def mailer(folder: Path) -> Mailer:
    return MaildirMailer(folder)


@pytest.fixture
def handed_over(folder: Path) -> HandedOver:
    return lambda: [path.read_bytes() for path in sorted(folder.glob("*"))]


class TestMaildir(MailerContract):
    """``MaildirMailer`` is a ``Mailer``."""


def test_files_are_named_after_the_delivery_and_never_replaced(folder: Path) -> None:
    with MaildirMailer(folder, clock=lambda: NOW, is_durable=False) as mailer:
        receipts = [mailer.send(make_envelope(raw=RAW + b"%d\r\n" % n)) for n in range(3)]
    names = ["delivery1.eml", "delivery1.2.eml", "delivery1.3.eml"]
    assert [receipt.provider_id for receipt in receipts] == names
    assert [(folder / name).read_bytes()[-3:] for name in names] == [b"0\r\n", b"1\r\n", b"2\r\n"]
    assert receipts[0].accepted_at == NOW
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_a_full_disk_stops_the_run_and_leaves_no_piece(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MailerStoppedError, match=r"No space left.*mailer\.dir"):
        MaildirMailer(folder).send(make_envelope())
    assert list(folder.iterdir()) == []


def test_a_file_in_place_of_the_folder_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MailerStoppedError, match=r"mailer\.dir"):
        MaildirMailer(tmp_path / "file").send(make_envelope())


def test_mails_to_an_address_are_forgotten_and_odd_files_stand(folder: Path) -> None:
    mailer = MaildirMailer(folder)
    mailer.send(make_envelope(raw=b"To: Ada <Ada@Example.org>\r\n\r\nHello\r\n"))
    mailer.send(make_envelope(raw=b"To: ben@example.org\r\n\r\nada@example.org\r\n"))
    (folder / "odd.eml").write_bytes(b"\xff\x00")
    (folder / "folder.eml").mkdir()
    assert mailer.forget("ada@example.org") == 1
    assert mailer.forget("ada@example.org") == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "delivery1.2.eml",
        "folder.eml",
        "odd.eml",
    ]


def test_nothing_is_forgotten_where_nothing_was_sent(folder: Path) -> None:
    assert MaildirMailer(folder).forget("ada@example.org") == 0
    assert not folder.exists()
