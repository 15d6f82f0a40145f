#!/usr/bin/env python3
"""Two commands: `run.py` sets Tandem up and serves it, `run.py test` runs every test. Needs only Python 3.11+."""

import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
#: settings of a server whose databases live for seconds: nothing need survive a power cut, nothing pays to be tidied
SHORT_LIVED = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
ROOM = 3 << 30
LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres?sslmode=disable"


def say(text: str) -> None:
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def run(*command: object, **options: Any) -> int:
    """Exit status of a command that prints for itself."""
    return subprocess.call([str(part) for part in command], **{"cwd": ROOT, **options})


def must(*command: object, **options: Any) -> None:
    if run(*command, **options) != 0:
        raise SystemExit(f"run.py: this failed: {' '.join(str(part) for part in command)}")


# ---- set-up ---------------------------------------------------------------------------------------------------------


def make_venv() -> None:
    if PYTHON.exists():
        return
    say("making .venv")
    if run(sys.executable, "-m", "venv", VENV) != 0:
        raise SystemExit("run.py: no virtual environment could be made; on Debian: apt-get install python3-venv")


def install(requirements: str) -> None:
    """Install a lock file, unless this very file is installed already."""
    lock = ROOT / requirements
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".{requirements}.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing {requirements}")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    must(PYTHON, "-m", "pip", "install", *quiet, "--require-hashes", "-r", lock)
    must(PYTHON, "-c", LINK, ROOT)
    stamp.write_text(wanted)


#: makes core and addons importable and gives the `tandem` command, without building a package
LINK = """
import pathlib, sys, sysconfig
root = sys.argv[1]
pathlib.Path(sysconfig.get_path("purelib"), "tandem-checkout.pth").write_text(root + "\\n")
command = pathlib.Path(sysconfig.get_path("scripts"), "tandem")
command.write_text(f"#!{sys.executable}\\nimport sys\\nfrom core.cli import main\\nsys.exit(main())\\n")
command.chmod(0o755)
"""


def set_up(*, tests: bool) -> None:
    make_venv()
    install("requirements-test.txt" if tests else "requirements.txt")
    must(PYTHON, ROOT / "core" / "assets_build.py")
    must(PYTHON, "-m", "compileall", "-q", "core", "addons")  # no start compiles it again, whoever may write there


# ---- serve ----------------------------------------------------------------------------------------------------------


def serve(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description="Set Tandem up and serve it; `run.py test` runs the tests.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--home", default="var", help="folder of database, attachments and secret key (var)")
    parser.add_argument("--no-demo", action="store_true", help="without the demonstration company")
    parser.add_argument("--workers", type=int, default=0, help="serving processes; 0 chooses by the machine")
    chosen = parser.parse_args(arguments)
    set_up(tests=False)
    command = [str(PYTHON), "-m", "core.cli", "serve", "--host", chosen.host, "--port", str(chosen.port)]
    command += ["--home", str(Path(chosen.home).resolve())]
    command += ["--no-demo"] if chosen.no_demo else []
    command += ["--workers", str(chosen.workers)] if chosen.workers else []
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606 - the server takes this process over, and its signals


# ---- test -----------------------------------------------------------------------------------------------------------


def accepts(url: str) -> bool:
    """Whether a server lets us in at this address."""
    attempt = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=2).close()"
    return run(PYTHON, "-c", attempt, url, stderr=subprocess.DEVNULL) == 0


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


def as_someone() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then the user postgres, or nobody, runs it."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def in_memory() -> str | None:
    """Where temporary files are kept in memory, if there is room for the thousands of databases that tests make.

    On a disk the file system looks for free places between those of the databases dropped before: ten times the work.
    """
    memory = Path("/dev/shm")  # noqa: S108 (mkdtemp makes folders of our own in it)
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for all that the tests make and leave, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-tests-", dir=in_memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throwaway_postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL server of our own in a temporary folder, gone afterwards."""
    someone = as_someone()
    folder = Path(tempfile.mkdtemp(prefix="tandem-pg-", dir=in_memory()))
    if someone:
        os.chown(folder, someone["user"], someone["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200 {SHORT_LIVED}"
    control = [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]

    def postgres_command(*command: object) -> None:
        subprocess.run([str(part) for part in command], cwd=folder, stdout=subprocess.DEVNULL, check=True, **someone)

    try:
        postgres_command(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8")
        postgres_command(*control, "-o", settings, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run(*control, "-m", "immediate", "stop", stdout=subprocess.DEVNULL, **{**someone, "cwd": folder})
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL for the tests, or an empty text where there is none."""
    programs = postgres_programs()
    if os.environ.get("TANDEM_TEST_POSTGRES"):
        yield os.environ["TANDEM_TEST_POSTGRES"]
    elif programs:  # its own before a local one: it need not survive a power cut, and makes a database in 15 ms, not 400
        say(f"starting a PostgreSQL of {programs}")
        with throwaway_postgres(programs) as url:
            yield url.replace("postgresql", "postgresql+psycopg", 1)
    elif accepts(LOCAL_POSTGRES):
        yield LOCAL_POSTGRES.replace("postgresql", "postgresql+psycopg", 1)
    else:
        yield ""


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("TANDEM_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


def find_faults() -> bool:
    """Whether style, types and templates have faults; each tool that finds some is named below what it found."""
    tools = {
        "ruff": [BIN / "ruff", "check", "--quiet", ROOT],
        "mypy": [BIN / "mypy", "--no-error-summary"],
        "djlint": [BIN / "djlint", "--lint", "--quiet", "core", "addons"],
    }
    faulty = [name for name, command in tools.items() if run(*command) != 0]
    if faulty:
        say(f"{' and '.join(faulty)} found faults, see above")
    return bool(faulty)


def test(arguments: list[str]) -> int:
    """pytest, and beside it style, types and templates, which speak of faults alone. 0 only when all of it passed."""
    set_up(tests=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as url, scratch() as folder:
        found = {"TANDEM_TEST_POSTGRES": url, "TANDEM_TEST_CHROMIUM": chromium()}
        skipped = [name for name, value in found.items() if not value]
        for name in skipped:
            say(f"NOT TESTED, {name} was not given and none was found")
        environment = {**os.environ, **{name: value for name, value in found.items() if value}, "TMPDIR": str(folder)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # each worker and each server would compile everything anew
        workers = str((os.cpu_count() or 1) + 1)  # tests wait for servers and browsers a third of their time
        with ThreadPoolExecutor(1) as beside:
            faulty = beside.submit(find_faults)
            tested = run(PYTHON, "-m", "pytest", "-n", workers, *arguments, env=environment)
    incomplete = bool(skipped and os.environ.get("TANDEM_REQUIRE_ALL"))
    return 1 if faulty.result() or tested or incomplete else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["test"]:
        raise SystemExit(test(sys.argv[2:]))
    serve(sys.argv[1:])
