"""The fenced blocks of a page of the handbook: files that it shows whole, commands with their output, and the rest."""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NAMED = re.compile(r"^\*\*`(?P<path>[^`]+)`\*\*:?$")
FENCE = re.compile(r"^```(?P<language>\w*)$")
ANYTHING = "..."


@dataclass
class Command:
    """What is typed after `$`, and what the page says that it prints."""

    typed: str
    printed: list[str] = field(default_factory=list)

    def is_as_printed(self, output: str) -> bool:
        """Whether an output is what the page shows; a line `...` stands for any lines, `...` within one for anything."""
        return _matches(self.printed, output.splitlines())


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file that it is the whole of (if any), its text and first line."""

    language: str
    file: str
    text: str
    line: int

    def commands(self) -> list[Command]:
        """The commands of a console block, in order."""
        found: list[Command] = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line.startswith("> ") and not found[-1].printed:
                found[-1].typed += "\n" + line[2:]
            else:
                found[-1].printed.append(line)
        return found


def blocks_of(page: Path) -> Iterator[Block]:
    """The blocks of a page; the line before one may name its file in bold: **`models.py`**."""
    before, language, start, inside = "", None, 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if language is not None and line == "```":
            named = NAMED.match(before)
            yield Block(language, named["path"] if named else "", "".join(f"{each}\n" for each in inside), start)
            before, language, inside = "", None, []
        elif language is not None:
            inside.append(line)
        elif fence := FENCE.match(line):
            language, start = fence["language"], number
        elif line.strip():
            before = line
    assert language is None, f"{page}:{start}: this block does not end"


def _matches(wanted: Sequence[str], lines: Sequence[str]) -> bool:
    if not wanted:
        return not lines
    if wanted[0] == ANYTHING:
        return any(_matches(wanted[1:], lines[skipped:]) for skipped in range(len(lines) + 1))
    return bool(lines) and _is_line(wanted[0], lines[0]) and _matches(wanted[1:], lines[1:])


def _is_line(wanted: str, line: str) -> bool:
    pattern = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in wanted)
    return fnmatch.fnmatchcase(line.rstrip(), pattern.replace(ANYTHING, "*").rstrip())
