"""Which column of a file is which field: by the field's name, its label in every language, and the importer's aliases."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from core.i18n import LANGUAGES, Catalogs, Spoken, humanised, translated
from core.importing.importer import Importer
from core.importing.words import STANDS_IN, usual
from core.screens.fields.field import Field

Columns = dict[str, list[int]]
LEFT_OUT = "-"
RECOGNISED = 1_000
OF_LINES, USUAL_WORDS = 50, 100
UNREADABLE = "unreadable"


def name_key(header: Any) -> str:
    """The head of a column as names are compared: case, accents, punctuation and CamelCase do not matter."""
    words = re.sub(r"(?<=[a-zа-яё])(?=[A-ZА-Я])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Z])", " ", str(header or ""))
    bare = "".join(c for c in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


class Names:
    """The names under which the fields of one importer are known, each with its rank among the field's names.

    `saved` is what a person said: head to field, or to `-` where the column is left out.
    """

    def __init__(self, importer: Importer, catalogs: Catalogs | None = None, saved: Mapping[str, str] | None = None) -> None:
        self.importer, self.alone = importer, importer.alone
        self.known: dict[str, tuple[str, int]] = {}
        for filled, names in importer.aliases.items():
            for rank, name in enumerate(names):
                self.known.setdefault(name_key(name), (filled, rank + 10))
        self.is_plain = importer.is_plain
        self.twins: dict[str, str] = {}
        fields = {name: f for name, f in importer.fields.items() if is_filled(importer, f)}
        for name, field in fields.items():
            self._name(name, field, catalogs)
        lines_first = sorted(fields, key=lambda name: importer.group_of(name) is None)
        for name in lines_first if self.is_plain else ():
            for rank, word in enumerate(usual(name.rpartition(".")[2])):
                self.known.setdefault(name_key(word), (name, rank + USUAL_WORDS))
        self.known[UNREADABLE] = (UNREADABLE, 0)
        self.said: set[str] = set()
        for rank, (head, name) in enumerate((saved or {}).items()):
            self._say(name_key(head), name, rank - 10_000)

    def _name(self, name: str, field: Field, catalogs: Catalogs | None) -> None:
        """Its name and its label in every language; a field of lines under their heading, too: `Lines / Product`."""
        labels = labels_of(field.text, catalogs)
        group = self.importer.group_of(name)
        if group is None:
            for word in (name, field.key, *labels):
                self.known.setdefault(name_key(word), (name, 0))
            return
        bare = name.partition(".")[2]
        for heading in (group.name, *labels_of(group.text, catalogs)):
            for word in (bare, *labels):
                self.known.setdefault(name_key(f"{heading} {word}"), (name, 0))
        for word in (bare, *labels) if self.is_plain else ():
            if self.known.setdefault(key := name_key(word), (name, OF_LINES))[0] != name:
                self.twins.setdefault(key, name)  # both have a date: the second such column is that of the lines

    def _say(self, key: str, name: str, rank: int) -> None:
        """What a person says counts more than any guess; what only repeats the guess keeps its rank."""
        if self.known.get(key, ("", 0))[0] != name:
            self.known[key] = (name, rank)
            self.said.add(name)

    def meant(self, head: Any) -> tuple[str, int]:
        """The name that a head means, with its rank; none if it means nothing that is known."""
        key = name_key(head)
        if key in self.known:
            return self.known[key]
        return self.importer.recognise(key) if key else "", RECOGNISED

    def guess(self, header: Sequence[Any]) -> Columns:
        """For each field the columns that may fill it, the best first; of two columns of one name the first is better."""
        found: dict[str, list[tuple[int, int]]] = {}
        met: set[str] = set()
        for index, title in enumerate(header):
            name, rank = self.meant(title)
            if (key := name_key(title)) in met and key in self.twins and name not in self.said:
                name, rank = self.twins[key], OF_LINES
            met.add(key)
            if name and name != LEFT_OUT:
                found.setdefault(name, []).append((rank, index))
        for name, target in self.alone.items():
            if name in found and name not in self.said and target not in found:
                found[target] = [max(found[name], key=lambda place: place[1])]
            if name not in self.said:
                found.pop(name, None)
        if self.is_plain and not self.said:
            self._stand_in(found)
        self._drop_chance_lines(found)
        columns = {field: [index for _, index in sorted(places)] for field, places in found.items()}
        if not self.said:
            self.importer.settle(columns)
        return columns

    def _drop_chance_lines(self, found: dict[str, list[tuple[int, int]]]) -> None:
        """One column that could be one of lines does not make a file of lines; two do, and so does their heading."""
        for group in self.importer.groups:
            mine = [name for name in found if self.importer.group_of(name) == group]
            if len(mine) == 1 and min(found[mine[0]])[0] >= OF_LINES:
                del found[mine[0]]

    def _stand_in(self, found: dict[str, list[tuple[int, int]]]) -> None:
        """A file of products with codes and descriptions calls their names descriptions."""
        for name, other in STANDS_IN.items():
            needed = self.importer.fields.get(name)
            if needed is not None and needed.required and name not in found and other in found:
                found[name] = found.pop(other)

    def header_row(self, first_rows: Sequence[Sequence[Any]]) -> int:
        """Of the first rows the one in which most cells name a field, else the first with text in two cells."""
        known = [sum(map(len, self.guess(row).values())) for row in first_rows]
        if max(known, default=0):
            return known.index(max(known))
        return next((n for n, row in enumerate(first_rows) if sum(bool(cell) for cell in row) > 1), 0)


def labels_of(text: str, catalogs: Catalogs | None) -> list[str]:
    """A label in every language."""
    labels = [catalogs.translate(text, language) for language in LANGUAGES] if catalogs else [text]
    return [*labels, *Spoken.spoken(text)]


def is_filled(importer: Importer, field: Field) -> bool:
    """Whether a column can fill a field; the number of a document tells at least which rows are of the same."""
    return field.kind != "lines" and (not field.kernel or field.name == importer.numbered)


def choices(importer: Importer) -> list[tuple[str, str]]:
    """What a column can be mapped to: fields by label, and names that the importer makes fields of; sorted."""
    return [pair for heading, pairs in grouped_choices(importer) for pair in pairs]


def grouped_choices(importer: Importer) -> list[tuple[str, list[tuple[str, str]]]]:
    """The same, those of the record first, without a heading, and those of its lines under the heading of the lines."""
    fields = {name: f for name, f in importer.fields.items() if is_filled(importer, f)}
    named = {name: field.label for name, field in fields.items() if importer.group_of(name) is None}
    named |= {
        name: translated(humanised(name)) for name in importer.aliases if name not in named and name not in importer.alone
    }
    found = [("", sorted(named.items(), key=lambda pair: pair[1].casefold()))]
    for group in importer.groups:
        found.append((group.label, [(n, f.label) for n, f in fields.items() if importer.group_of(n) == group]))
    return found
