"""Invariants as SQL or Python: each must find nothing, and says what is broken where it finds something."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.session import kernel_connection

ROWS_SHOWN = 20
Finder = Callable[[Session], Sequence[Any]]


@dataclass(frozen=True)
class Check:
    """One invariant: `name` says what must hold; `find` answers the rows where it does not."""

    name: str
    find: Finder
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """A broken invariant and some of the rows that break it."""

    check: Check
    rows: Sequence[Any]

    def __str__(self) -> str:
        shown = ", ".join(str(tuple(r) if hasattr(r, "_mapping") else r) for r in self.rows[:ROWS_SHOWN])
        return f"{self.check.name} ({self.check.source}): {len(self.rows)} rows: {shown}"


def check(name: str) -> Callable[[Finder], Check]:
    """Make a function `(session) -> offending rows` an invariant, in an addon's `health.py`."""

    def make(find: Finder) -> Check:
        return Check(name, find, f"{find.__module__}.{find.__name__}")

    return make


def sql_check(name: str, statement: str, source: str) -> Check:
    """An invariant that one SELECT tests."""
    return Check(name, lambda session: kernel_connection(session).execute(text(statement)).all(), source)


def read_checks(path: Path, source: str) -> list[Check]:
    """The invariants of a `health.sql`: a line `-- L1 what holds`, then one SELECT of the rows that break it."""
    if not path.exists():
        return []
    blocks = re.split(r"^-- ", path.read_text(), flags=re.MULTILINE)[1:]
    checks = []
    for block in blocks:
        name, _, statement = block.partition("\n")
        checks.append(sql_check(name.strip(), statement.strip().rstrip(";").replace(":", "\\:"), source))
    return checks


def run_checks(session: Session, checks: Iterable[Check]) -> list[Finding]:
    """The invariants that are broken."""
    findings = [Finding(c, list(c.find(session))) for c in checks]
    return [f for f in findings if f.rows]
