"""The units for one machine fit each other, the page that installs them, and systemd."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "systemd"
SERVICES = ("newsletter.service", "newsletter-serve.service")
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
PATHS = re.compile(r"/(?:opt|etc|var/lib)/newsletter[^\s;`\"]*")


def _paths(text: str) -> set[str]:
    return {path.removesuffix("/bin/pip").rstrip(".,:") for path in PATHS.findall(text)}


@pytest.mark.parametrize("name", [*SERVICES, "crontab"])
def test_every_path_is_made_by_the_page(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8").partition("\n")[2]
    used = _paths(text)
    assert used >= {"/opt/newsletter/bin/newsletter", "/etc/newsletter/newsletter.toml"}
    assert used <= _paths(PAGE)


@pytest.mark.parametrize("name", SERVICES)
def test_relative_paths_of_the_settings_lead_to_where_a_service_may_write(name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    assert {"ProtectSystem=strict", "StateDirectory=newsletter"} <= set(lines)
    assert "WorkingDirectory=/var/lib/newsletter" in lines


def test_the_page_installs_every_unit() -> None:
    for unit in FOLDER.glob("newsletter*"):
        assert f"infra/systemd/{unit.name}" in PAGE


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in FOLDER.glob("newsletter*"):
        text = unit.read_text(encoding="utf-8").replace(
            "/opt/newsletter/bin/newsletter", "/bin/true"
        )
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    ended = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
