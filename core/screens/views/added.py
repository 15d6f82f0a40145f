"""Where the fields that a business added stand: after a field of the form, among the columns, in search and groups."""

from collections.abc import Sequence

from core.custom.definition import OWN_GROUP, Definition
from core.screens.views.schemas import FormSpec, Group, SearchSpec, Slot, ViewSpec
from core.values import fold

GROUPED = ("choice", "relation", "boolean")
SEARCHED = ("text", "email", "phone", "url", "choice", "relation")


def place_fields(spec: ViewSpec, fields: Sequence[Definition]) -> None:
    """Put them into a view, which is changed in place; where their group or neighbour is gone, at the end."""
    form = spec.form = spec.form or FormSpec()
    search = spec.search = spec.search or SearchSpec()
    for each in fields:
        put(group_of(form, each.place).fields, each)
        if each.in_list and spec.listing is not None:
            put(spec.listing.columns, each)
        if each.in_search and each.kind in SEARCHED:
            search.fields.append(slot_of(each))
        if each.kind in GROUPED and search.group_by:
            search.group_by.append(slot_of(each))


def put(slots: list[Slot], each: Definition) -> None:
    """After its neighbour, or at the end."""
    names = [slot.field for slot in slots]
    at = names.index(each.after) + 1 if each.after in names else len(slots)
    slots.insert(at, slot_of(each))


def slot_of(each: Definition) -> Slot:
    """The field as a view writes it."""
    widgets = {"email": "email", "phone": "phone", "url": "url", "prose": "textarea"}
    return Slot.model_validate({"field": each.path, "widget": widgets.get(each.kind)})


def group_of(form: FormSpec, name: str) -> Group:
    """The group of the form with this name, else the last; one of its own where there is none, or where a field names it.

    Fields that name the same heading stand together.
    """
    if name.startswith(OWN_GROUP):
        heading = name.removeprefix(OWN_GROUP)
        found = next((group for group in form.groups if group.name == name or fold(group.label) == fold(heading)), None)
        if found is None:
            form.groups.append(found := Group(name=name, label=heading))
        return found
    if not form.groups:
        form.groups.append(Group(name="general"))
    return next((group for group in form.groups if group.name == name), form.groups[-1])
