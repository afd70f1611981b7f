"""Style sheet, script and icon: small files that never change under their address."""

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Final

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app.css": "text/css; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "icon.svg": "image/svg+xml",
    }
)
FOREVER: Final = "public, max-age=31536000, immutable"


class Assets:
    """The files in a folder, read once.

    Attributes:
        urls: name → address with a part that changes when the file does.
        bodies: the last part of the address → name and bytes.
    """

    def __init__(self, folder: Path) -> None:
        bodies = {name: (folder / name).read_bytes() for name in TYPES}
        marked = {name: _marked(name, body) for name, body in bodies.items()}
        self.urls: Mapping[str, str] = {name: f"/assets/{marked[name]}" for name in bodies}
        self.bodies = {marked[name]: (name, body) for name, body in bodies.items()}


def _marked(name: str, body: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{blake2b(body, digest_size=6).hexdigest()}.{ending}"
