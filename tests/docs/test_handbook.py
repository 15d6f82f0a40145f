"""The handbook does what it says: its tutorial and its examples are followed, its generated pages are up to date."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from core import handbook
from core.registry.settings import CHECKOUT
from tests.docs.following import shell
from tests.docs.pages import blocks_of

DOCS = CHECKOUT / "docs"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["developer.md", "business.md", "api.md"])
def test_a_page_that_is_followed_literally(name: str, tmp_path: Path) -> None:
    with shell(tmp_path) as reader:
        for block in blocks_of(DOCS / name):
            if block.file or block.language == "console":
                reader.run(block, name)


def test_the_rest_is_at_least_what_it_claims_to_be() -> None:
    """Python that compiles, YAML that reads; nothing else stands in a block that is not followed."""
    for page in sorted(DOCS.glob("*.md")):
        for block in blocks_of(page):
            if block.language == "python":
                ast.parse(block.text, f"{page.name}:{block.line}")
            elif block.language == "yaml":
                assert yaml.compose(block.text), f"{page.name}:{block.line}"
            else:
                assert block.file or block.language in ("console", "text", "ini", "nginx"), f"{page.name}:{block.line}"


def test_generated_pages_are_what_would_be_written() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "core.handbook", "--check"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    message = "run `python -m core.handbook`"
    assert (told.stdout, told.returncode) == ("", 0), f"{told.stdout}{told.stderr}{message}"


def test_a_page_that_is_out_of_date_is_named(tmp_path: Path) -> None:
    (tmp_path / "signals.md").write_text((DOCS / "signals.md").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "views.md").write_text("old", encoding="utf-8")
    assert handbook.outdated(tmp_path) == ["views.md"]
