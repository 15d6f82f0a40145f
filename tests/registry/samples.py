"""Addons that tests write into a folder of their own; each has a name that no other test uses, as classes stay mapped."""

import itertools
import textwrap
import uuid
from pathlib import Path

from sqlalchemy import inspect

from core.registry.kernel import Kernel
from core.registry.new_addon import write_addon

RUN = uuid.uuid4().hex[:6]
numbers = itertools.count()


def new_name(word: str = "notes") -> str:
    """A name such as `lab_notes_x3f5a1b0`; its model is `NotesX3f5a1b0`."""
    return f"lab_{word}_x{RUN}{next(numbers)}"


def write(folder: Path, files: dict[str, str]) -> None:
    """Files by relative path."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(textwrap.dedent(text))


def sample(root: Path, name: str, manifest: str = "", **files: str) -> Path:
    """The minimal addon with lines added to its manifest, and files written over it (`models__py` is models.py)."""
    write_addon(name, root)
    folder = root / name
    with (folder / "manifest.yaml").open("a") as file:
        file.write(textwrap.dedent(manifest))
    write(folder, {path.replace("__", "."): text for path, text in files.items()})
    return folder


def bare(root: Path, name: str, manifest: str = "", **files: str) -> Path:
    """An addon of nothing but a manifest and the given files."""
    head = f"name: {name}\nsummary: For a test.\nversion: 1.2.0\n"
    write(root / name, {"manifest.yaml": head + textwrap.dedent(manifest)})
    write(root / name, {path.replace("__", "."): text for path, text in files.items()})
    return root / name


def tables(kernel: Kernel) -> list[str]:
    """The tables of all sample addons."""
    return [name for name in inspect(kernel.database.engine).get_table_names() if "lab_" in name]


def model_of(kernel: Kernel, name: str) -> str:
    """The name of a sample addon's first model."""
    return kernel.addons[name].manifest.models[0]
