"""Doing a verb: its right, its arguments, its moment; then the function, inside the session's transaction."""

import inspect
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from sqlalchemy.orm import Session

from core.db import Model, TandemSession, trusted
from core.errors import FieldError, Invalid, Missing, Refused
from core.i18n import _
from core.operations.verb import Verb


@lru_cache(512)
def arguments_of(verb: Verb) -> dict[str, tuple[Any, Any]]:
    """The arguments of a verb besides session and record: name to (type, default or `inspect.Parameter.empty`)."""
    hints = get_type_hints(verb.function)
    parameters = list(inspect.signature(verb.function).parameters.values())[1 if verb.collection else 2 :]
    return {p.name: (hints.get(p.name, Any), p.default) for p in parameters}


def model_argument(kind: Any) -> type[Model] | None:
    """The model that an argument names by its key, or None: `Contact` and `Contact | None` are such."""
    for candidate in (kind, *get_args(kind)):
        if isinstance(candidate, type) and issubclass(candidate, Model):
            return candidate
    return None


@lru_cache(512)
def schema_of(verb: Verb) -> type[BaseModel]:
    """The pydantic model of a verb's arguments; records are given by their keys."""
    fields: dict[str, Any] = {}
    for name, (kind, default) in arguments_of(verb).items():
        optional = default is not inspect.Parameter.empty
        given = kind if model_argument(kind) is None else (int | None if optional else int)
        fields[name] = (given, default if optional else ...)
    config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    return create_model(f"{verb.model.__name__}{verb.name.title()}", __config__=config, **fields)


def perform(session: Session, verb: Verb, record: Any, arguments: Mapping[str, Any] | None = None) -> Any:
    """Do a verb to a record, in the caller's transaction.

    Denied without the right, Invalid for wrong arguments, Refused when the record is not in the state for it. Answers what
    the function answers: None, or a record to go to.
    """
    if isinstance(session, TandemSession):
        session.demand(verb.model if verb.collection else record, verb.name)
    given = bound_arguments(session, verb, arguments or {})
    if not verb.collection and not verb.when(record):
        raise Refused(_("{title}: {verb} is not possible in its present state", title=record.title, verb=_(verb.label)))
    with trusted(session):
        subject = () if verb.collection else (record,)
        result = verb.function(session, *subject, **given)
        session.flush()
    return result


def bound_arguments(session: Session, verb: Verb, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as Python values; records fetched through the session, so that only visible ones can be named."""
    try:
        values = schema_of(verb).model_validate(dict(arguments))
    except ValidationError as error:
        faults = [FieldError(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]
        raise Invalid(_("The arguments of {verb} cannot be taken", verb=_(verb.label)), faults) from error
    bound = {name: getattr(values, name) for name in type(values).model_fields if name in values.model_fields_set}
    for name, (kind, _default) in arguments_of(verb).items():
        model = model_argument(kind)
        if model is not None and bound.get(name) is not None:
            found = session.get(model, bound[name])
            if found is None:
                raise Missing(_("There is no {model} {key}", model=_(model.__name__), key=bound[name]))
            bound[name] = found
    return bound
