"""Zip a folder so that the same files give the same bytes, whoever packs them and when."""

import zipfile
from pathlib import Path
from typing import Final

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3


def write_zip(tree: Path, path: Path) -> int:
    """Pack all files of a folder, in the order of their names; return the size in bytes."""
    draft = path.with_suffix(".part")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(each for each in tree.rglob("*") if each.is_file()):
            archive.writestr(_entry(file, tree), file.read_bytes(), compresslevel=9)
    draft.replace(path)
    return path.stat().st_size


def _entry(file: Path, tree: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.relative_to(tree).as_posix(), EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (0o755 if file.suffix == ".so" or ".so." in file.name else 0o644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
