"""What chosen records are called in the boxes of a form, looked up once for each kind of record."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from core.screens.fields.field import Field
from core.screens.forms.boxes import Entry

Find = Callable[[Any, set[int]], Mapping[int, str]]
Options = Callable[[Field], Sequence[tuple[str, str]]]


class Titles:
    """What chosen records are called, the options of short lists, and the extensions of the record that is shown."""

    def __init__(self, find: Find, options: Options, beside: Callable[[Any], Any]) -> None:
        self.find, self.options, self.beside = find, options, beside
        self.known: dict[tuple[Any, str], str] = {}
        self.offered = lru_cache(64)(options)

    def note(self, field: Field, number: int | None, record: Any) -> str:
        """Remember what a record is called; answers its number as a form carries it."""
        if number is None:
            return ""
        if record is not None:
            self.known[field.target, str(number)] = str(record.title)
        return str(number)

    def learn(self, boxes: Iterable[tuple[Entry, Any]]) -> None:
        """Look up what the records are called that were chosen in a form: one question for each kind of record."""
        wanted: dict[Any, set[int]] = {}
        for entry, box in boxes:
            for each in box.data if isinstance(box.data, list) else [box.data]:
                text, target = str(each or ""), entry.field.target
                if text.isdigit() and len(text) < 10 and (target, text) not in self.known:
                    wanted.setdefault(target, set()).add(int(text))
        for target, numbers in wanted.items():
            self.known |= {(target, str(number)): title for number, title in self.find(target, numbers).items()}

    def of(self, field: Field, number: str) -> str:
        """What the record of this number is called; three dots if the user may not see it."""
        return self.known.get((field.target, number)) or ("…" if number.isdigit() else number)
