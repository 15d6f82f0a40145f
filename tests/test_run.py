"""What set-up leaves behind, and the rules that keep it buildable anywhere: pinned, hostless, nothing inline."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from core import assets_build
from core.i18n import read_catalog
from core.web import assets

ROOT = Path(__file__).resolve().parent.parent
FRAME = [ROOT / "core/web/templates" / name for name in ("page.html", "login.html", "error.html", "settings_base.html")]
LOCKS = ["requirements.txt", "requirements-test.txt"]


def templates() -> list[Path]:
    return sorted(path for folder in ("core", "addons") for path in (ROOT / folder).rglob("templates/**/*.html"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.findall(r"^([\w.\[\]-]+)==[\w.]+.*\\$", text, re.MULTILINE)
    assert len(packages) > 40
    assert "://" not in text
    unpinned = [line for line in text.splitlines() if re.match(r"^\w", line) and "==" not in line]
    assert unpinned == []
    assert text.count("--hash=sha256:") >= len(packages)


def test_the_runtime_is_a_part_of_what_is_tested() -> None:
    runtime, tested = (
        dict(re.findall(r"^([\w.\[\]-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS
    )
    assert {name: version for name, version in runtime.items() if tested.get(name) != version} == {}


def test_the_browser_lock_names_no_host() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("resolved" not in entry and entry["integrity"] for entry in packages.values())
    assert {"node_modules/htmx.org", "node_modules/tom-select", "node_modules/chart.js"} <= packages.keys()


def test_templates_hold_nothing_that_the_content_policy_refuses() -> None:
    forbidden = {
        "style attribute": r"<[^>{}]*\sstyle\s*=",
        "style element": r"<style\b",
        "event attribute": r"<[^>{}]*\son[a-z]+\s*=",
        "htmx event attribute": r"\shx-on[:\w-]*\s*=",
        "script body": r"<script\b(?![^>]*(?:\ssrc=|type=\"application/json\"))",
        "address of another host": r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
    }
    found = [
        f"{path.relative_to(ROOT)}: {what}: {match.group(0)[:60]!r}"
        for path in templates()
        for what, pattern in forbidden.items()
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert len(templates()) > 8
    assert found == []


def test_icon_names_are_found_in_templates_python_and_views() -> None:
    assert "circle-check" in assets_build.names_in(".html", """{{ icon("circle-check", small=True) }}""")
    assert "receipt-2" in assets_build.names_in(".yaml", "model: x\nicon: receipt-2\n")
    assert "check" in assets_build.names_in(".py", '@verb(Invoice, "post", icon="check")')
    assert "phone" not in assets_build.names_in(".py", 'phone = "phone"')


def test_icons_are_decoration_unless_they_are_named() -> None:
    app = Flask(__name__)
    assets.install(app)
    with app.app_context():
        plain = render_template_string("""{{ icon("x") }}""")
        named = render_template_string("""{{ icon("x", label='Remove "A"') }}""")
    assert 'aria-hidden="true"' in plain
    assert plain.endswith('#x"/></svg>')
    assert 'aria-label="Remove &#34;A&#34;"' in named


@pytest.fixture(scope="module")
def dist() -> Path:
    subprocess.run([sys.executable, ROOT / "core" / "assets_build.py"], check=True)
    assets.manifest.cache_clear()
    return assets.DIST


def test_the_manifest_names_files_that_are_there(dist: Path) -> None:
    files = assets.manifest(dist)
    assert {"app.js", "app.css", "icons.svg", "icon.svg"} <= files.keys()
    for name in files.values():
        assert (dist / name).stat().st_size > 0
        if not name.endswith(".png"):  # packed as it is
            assert (dist / f"{name}.gz").exists()
            assert (dist / f"{name}.br").exists()


def test_every_icon_that_a_template_draws_is_in_the_sprite(dist: Path) -> None:
    sprite = (dist / assets.manifest(dist)["icons.svg"]).read_text()
    drawn = set(re.findall(r'id="([a-z0-9-]+)"', sprite))
    named = {
        name
        for path in templates()
        for name in re.findall(r"""\bicon\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named - drawn == set()


def test_a_second_build_has_nothing_to_do(dist: Path) -> None:
    assert assets_build.build() is False


def test_built_files_are_served_for_long_and_compressed(dist: Path) -> None:
    app = Flask(__name__, static_folder=None)
    app.wsgi_app = assets.serving(app.wsgi_app, dist)  # type: ignore[method-assign]
    answer = app.test_client().get(assets.asset("app.css"), headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "br"
    answer.close()
    assert app.test_client().get("/static/dist/../assets.py").status_code == 404


def test_stylesheet_uses_tokens_for_every_colour() -> None:
    """A colour written outside tokens.css would not follow dark theme, contrast and print."""
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    found = [
        f"{path.name}: {line.strip()[:80]}"
        for path in (ROOT / "frontend" / "src" / "css").glob("*.css")
        if path.name not in ("tokens.css", "print.css", "fonts.css")
        for line in path.read_text().splitlines()
        if literal.search(line)
    ]
    assert found == []


def test_stylesheet_turns_with_the_direction_of_writing() -> None:
    physical = re.compile(
        r"(?<![\w-])(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)"
    )
    found = [
        f"{path.name}: {line.strip()[:80]}"
        for path in (ROOT / "frontend" / "src" / "css").glob("*.css")
        for line in path.read_text().splitlines()
        if physical.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("language", ["es", "ru"])
def test_every_string_of_the_frame_is_translated(language: str) -> None:
    """The parts of every page speak the person's language throughout, or none of them does."""
    known = read_catalog(ROOT / "core" / "translations" / f"{language}.po")
    folder = ROOT / "core" / "web"
    said = {
        double or single
        for path in [*FRAME, *(folder / "templates" / "parts").glob("*.html"), folder / "words.py"]
        for double, single in re.findall(
            r"""(?<!\w)_\(\s*(?:"([^"]+)"|'([^']+)')""",
            re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL),
        )
    }
    assert len(said) > 50
    assert sorted(said - known.keys()) == []
    placeholders = re.compile(r"\{\w+\}")
    assert [text for text in said if sorted(placeholders.findall(text)) != sorted(placeholders.findall(known[text]))] == []
