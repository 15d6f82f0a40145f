"""The lines that the form of a model is written with, as columns of a file: `lines.product`, `lines.quantity`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from core.i18n import translated
from core.screens.fields.field import Field, fields_of

UNWRITTEN = ("lines", "tags", "json")


@dataclass(frozen=True)
class LineGroup:
    """One table of lines of a form: the relation that holds them, its heading, and the columns that people write."""

    name: str
    text: str
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        """What people call these lines."""
        return translated(self.text)


def groups_of(composition: Any, model: Any) -> tuple[LineGroup, ...]:
    """The tables of lines that the form of a model has, in their order."""
    views = composition.parts.get("views")
    known = fields_of(model)
    if views is None or not any(field.kind == "lines" for field in known.values()):
        return ()
    found = []
    for lines in views.of(model).form.lines:
        field = known.get(lines.field)
        if field is not None and field.kind == "lines" and not field.kernel:
            written = (slot.field for slot in lines.columns if not slot.readonly and slot.field not in lines.readonly)
            found.append(LineGroup(lines.field, lines.label or field.text, tuple(written)))
    return tuple(found)


@lru_cache(256)
def fields_of_lines(model: Any, groups: tuple[LineGroup, ...]) -> Mapping[str, Field]:
    """The fields of the lines under their paths."""
    found = {}
    for group in groups:
        target: Any = fields_of(model)[group.name].target
        for name in group.columns:
            field = fields_of(target).get(name)
            if field is not None and not field.kernel and field.kind not in UNWRITTEN:
                path = f"{group.name}.{name}"
                found[path] = replace(field, name=path, key=f"{group.name}.{field.key}")
    return found
