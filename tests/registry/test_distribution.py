"""An addon that somebody publishes: a wheel that pip installs, found beside the checkout's own, enabled, and serving."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.registry.new_addon import write_addon
from core.testing.tandem import Tandem

NAME = "acme_memos"


def wheel(folder: Path, name: str) -> Path:
    """A distribution `acme-memos` whose package holds the addon, with its entry point."""
    sources = folder / "sources"
    write_addon(name, sources)
    (sources / name / "__init__.py").write_text("")
    made = folder / "acme_memos-1.0-py3-none-any.whl"
    info = "acme_memos-1.0.dist-info"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("acme_memos_addon/__init__.py", "")
        for path in sorted((sources / name).rglob("*")):
            if path.is_file():
                archive.write(path, f"acme_memos_addon/{path.relative_to(sources)}")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: acme-memos\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", f"[tandem.addons]\n{name} = acme_memos_addon.{name}\n")
        names = [n for n in archive.namelist() if not n.endswith("RECORD")]
        archive.writestr(f"{info}/RECORD", "".join(f"{n},,\n" for n in [*names, f"{info}/RECORD"]))
    return made


@pytest.mark.slow
def test_a_published_addon_is_installed_enabled_and_answers(tandem: Callable[..., Tandem], tmp_path: Path) -> None:
    site = tandem("crm_contacts")
    place = tmp_path / "site"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-compile",
        "--target",
        str(place),
    ]
    subprocess.run([*pip, str(wheel(tmp_path, NAME))], check=True, capture_output=True)
    assert not (tmp_path / "sources" / "acme_memos_addon").exists()
    environment = {**os.environ, "PYTHONPATH": str(place), "TANDEM_HOME": str(tmp_path / "home"), "COLUMNS": "200"}
    environment |= {"TANDEM_DATABASE_URL": site.database.url, "TANDEM_SECRET_KEY": "of this test " * 3}

    def run(*words: str) -> str:
        order = [sys.executable, *words]
        done = subprocess.run(order, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert f"-   {NAME}" in run("-m", "core.cli", "addon", "list")
    assert f"{NAME}_memo" in run("-m", "core.cli", "addon", "plan", NAME)
    assert run("-m", "core.cli", "addon", "enable", NAME) == f"enabled {NAME}\n"
    asking = (
        "from core.registry.kernel import Kernel\n"
        "from core.web.app import build_app\n"
        "from core.registry.state import read_state\n"
        "from core.testing.browser import Browser\n"
        "kernel = Kernel.open()\n"
        "state = read_state(kernel.database)\n"
        "browser = Browser(build_app(kernel, state.generation, state.enabled), 'admin')\n"
        f"print(browser.get('/{NAME}/memo/').status_code, '/{NAME}/memo/' in browser.get('/').text)\n"
    )
    assert run("-c", asking) == "200 True\n"
