"""Follows a page of the handbook literally: writes its files, types its commands into one shell, compares the output."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.registry.settings import CHECKOUT
from tests.docs.pages import Block
from tests.load import free_port

PORT = "8000"
PROGRAMS = ("bash", "curl")


class Shell:
    """One bash in a folder of its own. Ports of the page are other ports here, as somebody may use those already."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, str(free_port())
        programs = folder.parent / "programs"
        programs.mkdir()
        for name, module in (("tandem", "core.cli"), ("python", "")):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {f"-m {module}" if module else ""} "$@"\n')
            program.chmod(0o755)
        kept = {name: os.environ[name] for name in ("LANG", "TANDEM_TEST_POSTGRES") if name in os.environ}
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        environment = {**kept, "PATH": path, "PYTHONPATH": str(CHECKOUT), "HOME": str(folder), "COLUMNS": "200"}
        self.process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, block: Block, page: str) -> None:
        """Write the block's file, or type its commands."""
        if block.file:
            file = self.folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            return
        for command in block.commands():
            output = self.type(command.typed)
            told = f"{page}:{block.line}: $ {command.typed}\nprinted:\n{output}\nThe page says:\n" + "\n".join(
                command.printed
            )
            assert command.is_as_printed(output), told

    def type(self, command: str) -> str:
        """What a command prints, on both outputs."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(command.replace(PORT, self.port) + "\necho '<the end>'\n")
        self.process.stdin.flush()
        output = ""
        for line in self.process.stdout:
            if line.endswith("<the end>\n"):
                output += line.removesuffix("<the end>\n")
                break
            output += line
        if command.endswith("&"):
            self.wait_until_served()
        return output.replace(self.port, PORT)

    def wait_until_served(self) -> None:
        """What a reader sees in the server's own words."""
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        logs = "".join(path.read_text() for path in self.folder.glob("**/*.log"))
        raise AssertionError(f"nothing is served at port {self.port}: {logs}")

    def close(self) -> None:
        """End the shell and all that it started."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        for each in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, each)
                self.process.wait(15)
                time.sleep(0.5)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def shell(folder: Path) -> Iterator[Shell]:
    """A shell for the time of a test; skipped where a program that the pages use is missing."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            told = f"{program} is not installed"
            pytest.fail(told) if os.environ.get("TANDEM_REQUIRE_ALL") else pytest.skip(told)
    (folder / "reader").mkdir()
    opened = Shell(folder / "reader")
    try:
        yield opened
    finally:
        opened.close()
