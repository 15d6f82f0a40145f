"""Two people wrote at one record: what only one of them changed is kept by itself, the rest is laid side by side.

What a field was before comes from the history of the record; a form is merged as text, as it was typed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.db import Model
from core.db.history import plain
from core.errors import Conflict
from core.i18n import _
from core.screens.fields.field import Field
from core.screens.fields.parsing import JSON_VALUES, Reference, Unreadable, parse
from core.screens.fields.texts import Texts
from core.screens.forms.boxes import Entry
from core.screens.forms.conflicts import ChangedSince, changes_since, label_of
from core.screens.forms.controls import place_of
from core.screens.forms.form import RecordForm
from core.screens.forms.options import titles_of

Typed = MultiDict[str, str]
CHOICE = "choose:"
PLACE = re.compile(r".+-\d+-position")


@dataclass(frozen=True)
class Clash:
    """One field, or one line, that both changed: `path` names it in the form."""

    path: str
    label: Any
    before: str
    theirs: str
    mine: str
    who: str
    at: str


@dataclass
class Merge:
    """A form as it becomes when it takes over what others changed, and where somebody must choose."""

    typed: Typed
    clashes: list[Clash] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    who: str = ""
    fields: str = ""


class Clashing(Conflict):
    """Both changed the same; the merge says what."""

    def __init__(self, merge: Merge, title: str) -> None:
        self.merge = merge
        sentence = "{who} changed {fields} of {title} while you were at it. Where you both changed the same, choose."
        super().__init__(_(sentence, who=merge.who or _("Somebody"), fields=merge.fields, title=title))


@dataclass
class Sides:
    """What is compared: my form, a form that shows the record as it is now, and its values before, by key of the history."""

    session: Session
    mine: RecordForm
    theirs: RecordForm
    record: Model
    texts: Texts
    before: dict[str, Any] = field(default_factory=dict)
    by: dict[str, ChangedSince] = field(default_factory=dict)


def merged(
    session: Session, mine: RecordForm, theirs: RecordForm, record: Model, version: int, typed: Typed
) -> Merge | None:
    """The merge of what was typed since `version`; None where the history does not tell all that happened."""
    changes = changes_since(session, type(record), record.id, version)
    if not {*range(version, record.version)} <= {change.version for change in changes}:
        return None
    sides = Sides(session, mine, theirs, record, Texts(session))
    for change in changes:
        for key, pair in change.values.items():
            sides.before.setdefault(key, (*pair, None)[0])
            sides.by[key] = change
    merge = Merge(MultiDict(typed))
    merge.who = ", ".join(dict.fromkeys(change.who for change in changes if change.who))
    merge.fields = ", ".join(dict.fromkeys(label_of(type(record), key) for key in sides.before))
    for entry in mine.entries.values():
        key = key_of(entry)
        if key in sides.before:
            _field(sides, merge, entry, key, entry.name, mine[entry.name], theirs[entry.name], entry.label)
    for name in mine.lines:
        if any(key.partition(".")[0] == name for key in sides.before):
            _lines(sides, merge, name)
    return merge


def key_of(entry: Entry) -> str:
    """How the history names a field of the form."""
    aspect, dot, _rest = entry.name.rpartition(".")
    return f"{aspect}{dot}{entry.field.name if entry.field.kind == 'tags' else entry.field.key}"


def _field(sides: Sides, merge: Merge, entry: Entry, key: str, path: str, mine: Any, theirs: Any, label: Any) -> None:
    """Keep mine, take theirs, or ask."""
    known, now = entry.field, comparable(sides, entry.field, theirs.data)
    old = sides.before[key] if known.kind == "tags" else comparable_kept(sides.texts, known, sides.before[key])
    typed = comparable(sides, known, mine.data)
    if typed == now:
        return
    if typed == old:
        put(merge.typed, path, theirs.data)
        merge.taken.append(str(label))
        return
    by = sides.by[key]
    values = sides.before[key], kept(sides, known, theirs), kept(sides, known, mine)
    before, here, own = (told(sides, known, value) for value in values)
    merge.clashes.append(Clash(path, label, before, here, own, by.who, sides.texts.plain("moment", by.at)))


def _lines(sides: Sides, merge: Merge, name: str) -> None:
    """Line by line: cells of those that both have, those that only one of us has."""
    columns, label = sides.mine.lines[name], label_of(type(sides.record), f"{name}.0")
    now = {row.form["id"].data: row.form for row in sides.theirs[name]}
    mine = {row.form["id"].data: row for row in sides.mine[name] if row.form["id"].data}
    for number, row in mine.items():
        path, at = f"{name}-{row.name.rpartition('-')[2]}", f"{label} {place_of(row)[0]}"
        if number in now:
            for column, entry in columns.items():
                key = f"{name}.{number}.{entry.field.key}"
                if key in sides.before:
                    cell = f"{at}: {entry.label}"
                    _field(sides, merge, entry, key, f"{path}-{column}", row.form[column], now[number][column], cell)
        elif (by := sides.by.get(f"{name}.{number}")) is not None:
            merge.typed[f"{path}-id"] = ""  # if it is kept, it is a new line
            title = str(sides.before[f"{name}.{number}"] or "–")
            told_at = sides.texts.plain("moment", by.at)
            merge.clashes.append(Clash(path, at, title, str(_("removed")), title, by.who, told_at))
    for number in [each for each in now if each not in mine]:
        own = [key for key in sides.before if key == f"{name}.{number}" or key.startswith(f"{name}.{number}.")]
        if f"{name}.{number}" in own:
            append(merge.typed, name, number, columns, now[number])
            merge.taken.append(label)
        elif own:
            by, title = sides.by[own[0]], _title(columns, now[number])
            told_at = sides.texts.plain("moment", by.at)
            merge.clashes.append(Clash(f"{name}+{number}", label, title, title, str(_("removed")), by.who, told_at))


def _title(columns: Mapping[str, Entry], row: Any) -> str:
    box = row["description"] if "description" in columns else row[next(iter(columns))]
    return str(box.data or "–")


def put(typed: Typed, path: str, data: Any) -> None:
    """Let a form hold what a box holds."""
    if isinstance(data, bool):
        typed.poplist(path)
        if data:
            typed[path] = "y"
    elif isinstance(data, list):
        typed.setlist(path, data)
    else:
        typed[path] = str(data or "")
        typed.poplist(f"{path}__typed")


def append(typed: Typed, name: str, number: str, columns: Iterable[str], row: Any) -> None:
    """Let a form have another line, as the record has it."""
    used = [int(part) for key in typed if key.startswith(f"{name}-") and (part := key.split("-")[1]).isdigit()]
    index = max(used, default=-1) + 1
    typed[f"{name}-{index}-id"] = number
    places = [int(value) for key, value in typed.items() if PLACE.fullmatch(key) and value.isdigit()]
    if places:
        typed[f"{name}-{index}-position"] = str(max(places) + 1)
    for column in columns:
        put(typed, f"{name}-{index}-{column}", row[column].data)


def chosen(theirs: RecordForm, typed: Typed) -> Typed:
    """What was typed, with the record's own values where they were chosen instead; a button chooses for all."""
    found, for_all = MultiDict(typed), typed.get("resolve", "")
    for key, choice in typed.items():
        if not key.startswith(CHOICE) or (for_all or choice) != "theirs":
            continue
        path = key.removeprefix(CHOICE)
        for place, data in _places(theirs, path, found):
            put(found, place, data)
    return found


def _places(theirs: RecordForm, path: str, typed: Typed) -> Iterator[tuple[str, Any]]:
    """The boxes that a path is about, with what the record has there; whole lines are added or taken out here."""
    if path in theirs.entries:
        yield path, theirs[path].data
        return
    name, plus, number = path.partition("+")
    if plus and name in theirs.lines:
        row = next((row.form for row in theirs[name] if row.form["id"].data == number), None)
        if row is not None:
            append(typed, name, number, theirs.lines[name], row)
        return
    name, _dash, rest = path.partition("-")
    index, _dash, column = rest.partition("-")
    if name not in theirs.lines or not index.isdigit():
        return
    if not column:
        for key in [key for key in typed if key.startswith(f"{path}-")]:
            typed.poplist(key)
        return
    here = typed.get(f"{name}-{index}-id")
    row = next((row.form for row in theirs[name] if row.form["id"].data == here), None)
    if row is not None and column in theirs.lines[name]:
        yield path, row[column].data


def comparable(sides: Sides, known: Field, data: Any) -> Any:
    """What stands in a box, so that the same value is the same text however it was typed."""
    if known.kind == "boolean":
        return bool(data)
    if known.kind == "tags":
        return _named(sides, known, data)
    if known.kind == "relation":
        return str(data or "")
    try:
        return sides.texts.edited(known, parse(known, data, sides.texts.reading))
    except Unreadable:
        return data


def comparable_kept(texts: Texts, known: Field, value: Any) -> Any:
    """The same of a value that the history kept."""
    if known.kind == "boolean":
        return bool(value)
    if known.kind == "relation":
        return str(value or "")
    try:
        return texts.edited(known, parse(known, value, JSON_VALUES))
    except Unreadable:
        return str(value)


def _named(sides: Sides, known: Field, data: Any) -> str:
    numbers = {int(each) for each in data or () if str(each).isdigit()}
    return ", ".join(sorted(titles_of(sides.session, known.target, numbers).values()))


def kept(sides: Sides, known: Field, box: Any) -> Any:
    """What stands in a box, as the history would keep it."""
    if known.kind == "boolean":
        return bool(box.data)
    if known.kind == "tags":
        return _named(sides, known, box.data)
    try:
        value = parse(known, box.data, sides.texts.reading)
    except Unreadable:
        return box.data
    return value.value if isinstance(value, Reference) else plain(value)


def told(sides: Sides, known: Field, value: Any) -> str:
    """A kept value as people read it."""
    if known.kind == "relation" and isinstance(value, int):
        return titles_of(sides.session, known.target, {value}).get(value, "…")
    return str(value or "–") if known.kind in ("tags", "relation") else sides.texts.kept(known, value)
