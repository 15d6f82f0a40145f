"""The row of boxes below the heads of a grid: each narrows the list by its column, in a way that suits its type.

Boxes belong to the form `narrow`, which stands outside the table, as that lies in the form of what is ticked.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import _, current_language
from core.screens.fields.formats import formats, label_of_choice
from core.screens.fields.paths import PathField, Resolver
from core.screens.fields.typed import asking_of
from core.screens.lists.adding import BOX, boxed, replaced
from core.screens.lists.asked import Asked
from core.screens.lists.compiled import escaped
from core.screens.lists.conditions import Draft, draft_of, typed_in, value_text
from core.screens.lists.periods import NAMES, is_dated
from core.screens.queries.statements import Column, Listing
from core.screens.queries.where import read

Faults = dict[str, str]
HINTS = {"number": _(">100, 10..20"), "date": _("last month, >2026-03-31"), "text": _("contains")}


def readable(
    session: Session, fields: Resolver, asked: tuple[Any, ...], args: Mapping[str, str]
) -> tuple[tuple[Any, ...], Faults]:
    """The conditions without those of boxes that nobody can read, and what is wrong with each of those."""
    where, faults = list(asked), Faults()
    for name, text in args.items():
        if name.startswith(BOX) and text.strip():
            field = fields[name.removeprefix(BOX)]
            node = typed_in(field, text, current_language())
            try:
                read([node], fields, asking_of(session))
            except Invalid as fault:
                faults[field.path] = str(fault)
                at = boxed(where, field)
                where = where if at is None else replaced(where, (at,), None)
    return tuple(where), faults


class BoxRow:
    """The boxes of one request."""

    def __init__(self, asked: Asked, listing: Listing, faults: Faults, year: int) -> None:
        self.asked, self.listing, self.faults = asked, listing, faults
        self.shape = formats(year)

    def cells(self) -> str:
        """One cell for each column."""
        return "".join(f"<td>{self.box(column)}</td>" for column in self.listing.columns)

    def box(self, column: Column) -> str:
        """The box of a column; none where nothing can be asked."""
        field = column.field
        if field.kind == "json" or field.bucket:
            return ""
        at = boxed(list(self.asked.where), field)
        draft = None if at is None else draft_of(field, self.asked.where[at])
        if at is not None and draft is None:
            return ""  # its condition is more than a box can say: the chip has it
        name = escaped(_("Filter by {name}", name=field.shown_label()))
        said = f'form="narrow" name="{BOX}{field.path}" aria-label="{name}" id="box-{field.path}"'
        if field.kind in ("choice", "boolean"):
            return self.choice(field, draft, said)
        typed = self.asked.rest.get(f"{BOX}{field.path}", "")
        wrong = self.faults.get(field.path, "")
        text = typed if wrong else written(field, draft, self.shape)
        kind = "date" if is_dated(field) else "number" if field.is_number else "text"
        more = f' aria-invalid="true" title="{escaped(wrong)}"' if wrong else ""
        more += ' list="periods"' if kind == "date" else ""
        more += f' placeholder="{escaped(HINTS[kind])}" autocomplete="off"'
        return f'<input class="t-control" type="text" {said} value="{escaped(text)}"{more}>'

    def choice(self, field: PathField, draft: Draft | None, said: str) -> str:
        """A select of the words of a choice, or of yes and no."""
        words = {"true": str(_("Yes")), "false": str(_("No"))} if field.kind == "boolean" else {}
        words = words or {word: label_of_choice(field.info, word) for word in field.choices}
        chosen = draft.value.lower() if draft and field.kind == "boolean" else draft.value if draft else ""
        if draft and (len(draft.values) > 1 or draft.sign not in ("in", "=")):
            return ""
        options = "".join(
            f'<option value="{escaped(word)}"{" selected" if word == chosen else ""}>{escaped(label)}</option>'
            for word, label in words.items()
        )
        return f'<select class="t-control" {said} data-submits><option value=""></option>{options}</select>'

    def told(self) -> list[tuple[str, str]]:
        """What is wrong with boxes that nobody can read: the column, and why."""
        fields = {column.path: column.field for column in self.listing.columns}
        return [(fields[path].shown_label(), why) for path, why in self.faults.items() if path in fields]

    def periods(self) -> str:
        """What the boxes of dates offer."""
        if not any(is_dated(column.field) for column in self.listing.columns):
            return ""
        options = "".join(f'<option value="{escaped(label)}"></option>' for label in NAMES.values())
        return f'<datalist id="periods">{options}</datalist>'


def written(field: PathField, draft: Draft | None, shape: Any) -> str:
    """A condition as the box has it."""
    if draft is None:
        return ""
    if draft.sign == "period":
        return str(NAMES[draft.period])
    if draft.sign in ("empty", "filled"):
        return "–" if draft.sign == "empty" else ""
    shown = [value_text(field, value, shape) for value in draft.values]
    if draft.sign == "between":
        return f"{shown[0]}..{value_text(field, draft.until, shape)}"
    if draft.sign == "in":
        return ", ".join(shown)
    plain = draft.sign == "contains" or (draft.sign == "=" and field.kind != "text")
    return shown[0] if plain else f"{draft.sign if draft.sign != 'not-contains' else '!='}{shown[0]}"
