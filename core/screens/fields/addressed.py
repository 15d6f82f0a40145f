"""Where the e-mail address of a record is: a field of its own, of an extension, or of the contact that it is about."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import inspect

from core.db import declared
from core.screens.fields.field import Field, aspects_of, fields_of

CONTACT = "contact"


def mail_path(model: Any, models: Collection[Any] = ()) -> str:
    """The path of the e-mail address that letters about a record go to; empty if there is none."""
    if own := _own(model, models):
        return own
    related = [each for each in fields_of(model).values() if _leads_to_others(each, models)]
    for each in sorted(related, key=lambda each: (each.name != CONTACT, not each.required)):
        if found := _own(each.target, models):
            return f"{each.name}.{found}"
    return ""


def _own(model: Any, models: Collection[Any]) -> str:
    """The address that a model or one of its extensions has itself."""
    if found := _field(model):
        return found
    for aspect, extension in aspects_of(model, models or None).items():
        if found := _field(extension):
            return f"{aspect}.{found}"
    return ""


def _field(model: Any) -> str:
    is_address = (each.name for each in fields_of(model).values() if each.kind == "text" and each.widget == "email")
    return next(is_address, "")


def _leads_to_others(each: Field, models: Collection[Any]) -> bool:
    """Whether a field leads to a record of an addon; colleagues are not written to as customers are."""
    if each.kind != "relation" or not each.related or each.target is None:
        return False
    return each.target.__addon__ != "core" and (not models or each.target in models)


def opt_out(model: Any) -> str:
    """The yes or no of a model by which somebody wants no mailings: one whose column says `info={"opt_out": True}`."""
    attributes = inspect(model).column_attrs
    marked = (each.key for each in attributes if declared(each).info.get("opt_out"))
    return next(marked, "")


def holder_path(path: str) -> str:
    """The relation that leads to whose address it is: `contact` of `contact.email`; empty if it is the record's own."""
    return path.rpartition(".")[0]
