"""What `tandem addon new` writes passes the suite that every addon inherits, from a folder of its own."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.errors import Invalid, Refused
from core.registry.discover import Discovery, discover
from core.registry.new_addon import write_addon
from core.testing.addon_tests import AddonTests
from tests.registry.samples import new_name

NAME = new_name("memories")


@cache
def written() -> Discovery:
    """The new addon and those of the checkout, found as by TANDEM_ADDONS_PATH."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-new-"))
    write_addon(NAME, folder)
    return discover([folder])


class TestNewAddon(AddonTests):
    addon = NAME

    def discovery(self) -> Discovery:
        return written()


def test_six_files_and_about_sixty_lines(tmp_path: Path) -> None:
    files = write_addon("crm_notes", tmp_path)
    assert [str(file.relative_to(tmp_path / "crm_notes")) for file in files] == [
        "manifest.yaml",
        "models.py",
        "views/note.yaml",
        "permissions.yaml",
        "migrations/0001_note.py",
        "tests/test_note.py",
    ]
    assert sum(len(file.read_text().splitlines()) for file in files) < 90
    assert "class Note(Model):" in files[1].read_text()
    made: dict[str, Any] = {}
    exec(files[5].read_text(), made)
    assert issubclass(made["TestNotes"], AddonTests)


def test_names_that_are_none(tmp_path: Path) -> None:
    for name in ("notes", "Crm_notes", "crm-notes", "crm_", "../crm_notes"):
        with pytest.raises(Invalid, match="no addon name"):
            write_addon(name, tmp_path)
    write_addon("crm_stories", tmp_path)
    with pytest.raises(Refused, match="exists already"):
        write_addon("crm_stories", tmp_path)
    assert (tmp_path / "crm_stories" / "views" / "story.yaml").is_file()
