"""Secrets: from the settings, and where they have none, made once for this machine."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.config.settings import Settings
from newsletter.errors import ConfigurationError

FILE_NAME = "secrets.json"
KEY_BYTES = 32
_MAX_FILE_BYTES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The keys that count.

    Attributes:
        token_keys: the first signs, all are accepted; at least one.
        address_key: for the hashes by which addresses are looked up.
    """

    token_keys: tuple[bytes, ...] = field(repr=False)
    address_key: bytes = field(repr=False)


def resolve_secrets(settings: Settings, *, make: bool = True) -> Secrets:
    """Return the secrets of the settings, completed by this machine's own.

    With ``make`` false nothing is written: where this machine has none, they last for the
    life of the process only (a dry run on a fresh machine).
    """
    tokens = tuple(key.get_secret_value().encode() for key in settings.secrets.token_keys)
    address = settings.secrets.address_key.get_secret_value().encode()
    if tokens and address:
        return Secrets(token_keys=tokens, address_key=address)
    data_dir = settings.store.data_dir
    if make or (data_dir / FILE_NAME).exists():
        local = ensure_local_secrets(data_dir)
    else:
        local = _from_content(_new_content())
    return Secrets(token_keys=tokens or local.token_keys, address_key=address or local.address_key)


def ensure_local_secrets(data_dir: Path) -> Secrets:
    """Read this machine's secrets, and make them first if there are none.

    Two processes that do so at once get the same ones.

    Raises:
        ConfigurationError: the file cannot be read or written, or others may read it.
    """
    path = data_dir / FILE_NAME
    try:
        if not path.exists():
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(path, _new_content())
        return _read(path)
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename or path} cannot be used for the local secrets: "
            f"{error.strerror or error}; set store.data_dir to a folder that can be written"
        ) from error


def _new_content() -> dict[str, object]:
    return {
        "token_keys": [secrets.token_urlsafe(KEY_BYTES)],
        "address_key": secrets.token_urlsafe(KEY_BYTES),
    }


def _write_once(path: Path, content: dict[str, object]) -> None:
    """Write the whole file under another name, then link it: whoever comes first wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _read(path: Path) -> Secrets:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ConfigurationError(f"others can read {path}: run `chmod 600 {path}`")
    with path.open("rb") as file:
        raw = file.read(_MAX_FILE_BYTES)
    try:
        return _from_content(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} is damaged: restore it from a backup; without it links in mails that were "
            "sent stop working, and addresses in the store cannot be found"
        ) from error


def _from_content(content: dict[str, object]) -> Secrets:
    tokens, address = content["token_keys"], content["address_key"]
    if not isinstance(tokens, list) or not tokens or not isinstance(address, str) or not address:
        raise TypeError("token_keys must be a list, address_key a text")
    return Secrets(
        token_keys=tuple(str(key).encode() for key in tokens), address_key=address.encode()
    )
