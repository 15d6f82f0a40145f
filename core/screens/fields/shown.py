"""What a path of a form leads to from one record, as a label and a text for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import Base
from core.i18n import translated
from core.screens.fields.field import Field, aspects_of, field_at, fields_of
from core.screens.fields.rights import enabled, rights
from core.screens.fields.texts import Texts
from core.screens.records.reading import blank_extension
from core.screens.views.schemas import Slot

WIDE = ("textarea", "recurrence")


@dataclass(frozen=True)
class Cell:
    """One field of a form as text; `wide` ones go over all columns."""

    name: str
    label: str
    value: Any
    wide: bool = False
    number: bool = False
    hint: str = ""


class Looking:
    """One record as one user sees it: its extensions, and where relations lead."""

    def __init__(self, session: Session, record: Base, urls: Mapping[Any, str]) -> None:
        self.session, self.record, self.urls = session, record, urls
        self.texts = Texts(session)
        self.enabled = enabled(session)
        self._beside: dict[Any, Any] = {}

    def beside(self, extension: Any) -> Any:
        """The extension of the record; one with its defaults where it has none yet."""
        if extension not in self._beside:
            number = getattr(self.record, "id", None)
            kept = self.session.get(extension, number) if number else None
            self._beside[extension] = self._blank(extension) if kept is None else kept
        return self._beside[extension]

    def _beside_of(self, holder: Any, extension: Any) -> Any:
        """The extension of the record itself, or of one that it leads to."""
        if holder is self.record:
            return self.beside(extension)
        kept = self.session.get(extension, holder.id)
        return blank_extension(extension) if kept is None else kept

    def _blank(self, extension: Any) -> Any:
        """What stands beside a record that has no row there yet; beside one that is sketched, what was sketched."""
        sketched: Any = self.record.__dict__.get("sketched_beside", {}).get(extension)
        return blank_extension(extension) if sketched is None else sketched

    def sees(self, field: Field) -> bool:
        """Whether the user may see a field, and anything at all of its model."""
        may = rights(self.session, field.model)
        return may.sees(field) and may.may("read")

    def at(self, path: str, record: Base | None = None) -> tuple[Any, Field] | None:
        """The record and the field that a path ends at; None where it is hidden or a relation on the way is empty."""
        holder: Base = self.record if record is None else record
        first, _dot, rest = path.partition(".")
        if not rest:
            field = fields_of(type(holder)).get(first)
            return (holder, field) if field is not None and self.sees(field) else None
        if aspect := aspects_of(type(holder), self.enabled).get(first):
            return self.at(rest, self._beside_of(holder, aspect)) if rights(self.session, aspect).may("read") else None
        field = fields_of(type(holder)).get(first)
        if field is None or field.kind != "relation" or not self.sees(field):
            return None
        other = getattr(holder, field.name)
        return None if other is None else self.at(rest, other)

    def cell(self, slot: Slot, record: Base | None = None) -> Cell | None:
        """A slot of a view as text; None if the user may not see it."""
        holder: Base = self.record if record is None else record
        declared = field_at(type(holder), slot.field, self.enabled)
        found = self.at(slot.field, holder)
        if declared is None or (found is None and not self.may_be_seen(type(holder), slot.field)):
            return None
        label = translated(slot.label) if slot.label else declared.label
        value = "" if found is None else self.texts.shown(found[1], found[0], self.urls)
        widget = slot.widget or declared.widget
        wide = widget in WIDE or (declared.kind == "json" and widget != "reminders")
        number = declared.is_number or declared.kind in ("date", "moment")
        return Cell(slot.field, label, value, wide, number, slot.hint)

    def may_be_seen(self, model: Any, path: str) -> bool:
        """Whether every step of a path is open to the user."""
        first, _dot, rest = path.partition(".")
        if rest and (aspect := aspects_of(model, self.enabled).get(first)):
            return rights(self.session, aspect).may("read") and self.may_be_seen(aspect, rest)
        field = fields_of(model).get(first)
        if field is None or not self.sees(field):
            return False
        return not rest or (field.target is not None and self.may_be_seen(field.target, rest))
