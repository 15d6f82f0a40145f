"""README and handbook name what is there: files, headings, settings, commands."""

import ast
import re
from pathlib import Path

import click
import pytest

from core.cli.main import tandem
from core.registry.settings import CHECKOUT

README = CHECKOUT / "README.md"
PAGES = [README, *sorted((CHECKOUT / "docs").glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OF_TESTS = re.compile(r"TANDEM_(TEST_\w+|REQUIRE_ALL|SHARED_DATA|LIVE_SECONDS)")


def without_code(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What a link may name after its `#`, as GitHub makes it of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", without_code(page.read_text(encoding="utf-8")), re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def broken_links(page: Path) -> list[str]:
    """The relative links of a page that lead nowhere."""
    broken = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_link_leads_somewhere(file: Path) -> None:
    assert broken_links(file) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One, two\n[a](#one-two) [b](#three) [c](gone.md) [d](page.md#one-two) [e](https://x.example/)\n")
    assert broken_links(page) == ["#three", "gone.md"]


def settings_of_the_code() -> set[str]:
    """The names of all that the product asks its environment for."""
    tree = ast.parse((CHECKOUT / "core" / "registry" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setting"]
    names = {f"TANDEM_{node.args[0].value.upper()}" for node in calls if isinstance(node.args[0], ast.Constant)}
    for area in ("core", "addons"):
        for path in (CHECKOUT / area).rglob("*.py"):
            if "tests" not in path.parts and "testing" not in path.parts:
                names |= set(re.findall(r"[\"'](TANDEM_[A-Z_]+)[\"']", path.read_text()))
    return {name for name in names if not OF_TESTS.fullmatch(name)}


def test_the_table_of_settings_is_that_of_the_code() -> None:
    told = set(re.findall(r"^\| `(TANDEM_\w+)` \|", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == settings_of_the_code()
    assert "TANDEM_HOME" in told


def test_the_two_commands_come_first() -> None:
    lines = [line.split("#")[0].strip() for line in README.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert lines[1:3] == ["python3 run.py", "python3 run.py test"]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_every_command_that_a_page_names_is_there(file: Path) -> None:
    for words in re.findall(r"`tandem ([a-z][a-z ]*)", file.read_text(encoding="utf-8")):
        command: click.Command = tandem
        for word in words.split():
            if isinstance(command, click.Group):
                assert word in command.commands, f"{file.name}: tandem {words}"
                command = command.commands[word]
