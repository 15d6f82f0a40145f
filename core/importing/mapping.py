"""Which column of a file is which field: by the field's name, its label in every language, and the importer's aliases."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from core.i18n import LANGUAGES, Catalogs, Spoken, humanised, translated
from core.importing.importer import Importer
from core.importing.words import STANDS_IN, usual

Columns = dict[str, list[int]]
LEFT_OUT = "-"
RECOGNISED = 1_000
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
        for name, field in importer.fields.items():
            if not field.kernel and field.kind != "lines":
                labels = [catalogs.translate(field.text, language) for language in LANGUAGES] if catalogs else [field.text]
                for word in (name, field.key, *labels, *Spoken.spoken(field.text)):
                    self.known.setdefault(name_key(word), (name, 0))
        self.is_plain = not importer.aliases
        for name, field in importer.fields.items() if self.is_plain else ():
            for rank, word in enumerate(usual(name) if not field.kernel else ()):
                self.known.setdefault(name_key(word), (name, rank + 100))
        self.known[UNREADABLE] = (UNREADABLE, 0)
        self.said: set[str] = set()
        for rank, (head, name) in enumerate((saved or {}).items()):
            self._say(name_key(head), name, rank - 10_000)

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
        for index, title in enumerate(header):
            name, rank = self.meant(title)
            if name and name != LEFT_OUT:
                found.setdefault(name, []).append((rank, index))
        for name, target in self.alone.items():
            if name in found and name not in self.said and target not in found:
                found[target] = [max(found[name], key=lambda place: place[1])]
            if name not in self.said:
                found.pop(name, None)
        if self.is_plain and not self.said:
            self._stand_in(found)
        columns = {field: [index for _, index in sorted(places)] for field, places in found.items()}
        if not self.said:
            self.importer.settle(columns)
        return columns

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


def choices(importer: Importer) -> list[tuple[str, str]]:
    """What a column can be mapped to: fields by label, and names that the importer makes fields of; sorted."""
    fields = {name: f for name, f in importer.fields.items() if not f.kernel and f.kind != "lines"}
    named = {name: field.label for name, field in fields.items()}
    named |= {
        name: translated(humanised(name)) for name in importer.aliases if name not in named and name not in importer.alone
    }
    return sorted(named.items(), key=lambda pair: pair[1].casefold())
