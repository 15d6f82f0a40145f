"""Relative dates that have a name: what an address says for `last month`, and the name of what an address says."""

import re
from collections.abc import Mapping
from typing import Any

from core.i18n import _
from core.screens.fields.paths import PathField
from core.screens.fields.typed import PERIOD

NAMES: Mapping[str, Any] = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "week": _("this week"),
    "week-1": _("last week"),
    "week+1": _("next week"),
    "month": _("this month"),
    "month-1": _("last month"),
    "month+1": _("next month"),
    "quarter": _("this quarter"),
    "quarter-1": _("last quarter"),
    "year": _("this year"),
    "year-1": _("last year"),
    "last-7": _("last 7 days"),
    "last-30": _("last 30 days"),
    "last-90": _("last 90 days"),
    "last-365": _("last 365 days"),
    "next-7": _("next 7 days"),
    "next-30": _("next 30 days"),
    "past": _("before today"),
    "future": _("after today"),
}
BUCKETED = re.compile(r"(week|month|quarter|year)\(([\w.]+)\)")
DAYS = re.compile(r"(last|next)-(\d+)")


def is_dated(field: PathField) -> bool:
    """Whether a period may be asked for."""
    return field.kind in ("date", "moment") and not field.bucket and not field.wrap


def period_node(path: str, name: str) -> list[Any]:
    """The condition that a date lies in a named period; a day counts with today."""
    if found := PERIOD.fullmatch(name):
        return [f"{found[1]}({path})", "=", name]
    if span := DAYS.fullmatch(name):
        days = int(span[2]) - 1
        ends = (f"-{days}d", "today") if span[1] == "last" else ("today", f"+{days}d")
        return ["and", [path, ">=", ends[0]], [path, "<=", ends[1]]]
    if name in ("past", "future"):
        return [path, "<" if name == "past" else ">", "today"]
    return [path, "=", name]


def period_of(node: Any) -> tuple[str, str] | None:
    """The path and the name of a condition on a named period."""
    path = path_of(node)
    if path is None:
        return None
    plain = BUCKETED.fullmatch(path)
    bare = plain[2] if plain else path
    return next(((bare, name) for name in NAMES if period_node(bare, name) == listed(node)), None)


def path_of(node: Any) -> str | None:
    """The one path that a condition is about, or two on the same path that both hold."""
    if not isinstance(node, list | tuple) or not node or not isinstance(node[0], str):
        return None
    if node[0] not in ("and", "or", "not"):
        return node[0]
    paths = {path_of(part) for part in node[1:]}
    return paths.pop() if node[0] == "and" and len(node) == 3 and len(paths) == 1 else None


def listed(node: Any) -> Any:
    """A condition with lists all through, as JSON reads it."""
    return [listed(part) for part in node] if isinstance(node, list | tuple) else node


def period_named(text: str) -> str | None:
    """The period that somebody wrote in his language, or by its name in an address."""
    word = text.strip().casefold()
    return next((name for name, label in NAMES.items() if word in (name, str(label).casefold())), None)
