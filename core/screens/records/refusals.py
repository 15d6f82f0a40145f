"""What a database refuses, as sentences that people can act on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.db import Base, is_repeatable
from core.errors import Conflict, FieldError, Invalid, Refused, TandemError
from core.i18n import _, humanised
from core.screens.fields.field import Field, fields_of
from core.screens.forms.conflicts import conflict

UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)")
CHECK = re.compile(r"CHECK constraint failed: (?P<name>\S+)")
SENTENCE = re.compile(r"[A-Z].*[a-z].*\s")


@contextmanager
def told(
    session: Session,
    model: type[Base],
    record: Any = None,
    deleting: bool = False,
    restoring: bool = False,
    title: str = "",
) -> Iterator[None]:
    """Within, what the database refuses is raised as Invalid, Refused or Conflict; the transaction is rolled back.

    Inside a savepoint only what came after it is.
    """
    number, title = getattr(record, "id", None), getattr(record, "title", title) if record is not None else title
    version = getattr(record, "version", 0)
    try:
        yield
    except StaleDataError as error:
        roll_back(session)
        raise _stale(session, model, number, title, version) from error
    except DBAPIError as error:
        roll_back(session)
        if is_repeatable(error):
            raise
        refused = refusal(error, model)
        if is_pointed_at(error) and deleting:
            refused = Refused(_("{title} cannot be deleted: other records point at it. Archive it instead.", title=title))
        elif is_pointed_at(error) and restoring:
            sentence = "{title} cannot come back: a record that it points at is gone. Bring that back first."
            refused = Refused(_(sentence, title=title))
        raise refused or error from error
    except StatementError as error:
        roll_back(session)
        raise Invalid(_("A value cannot be kept: {reason}", reason=error.orig)) from error


def roll_back(session: Session) -> None:
    """Back to the savepoint that we are in, else to the beginning of the transaction."""
    within = session.get_nested_transaction()
    if within is not None:
        within.rollback()
    else:
        session.rollback()


def _stale(session: Session, model: type[Base], number: Any, title: str, version: int) -> TandemError:
    if number is None:
        return Conflict(_("Somebody else changed this meanwhile. Load it again and repeat your change."))
    return conflict(session, model, number, title, version)


def refusal(error: DBAPIError, model: type[Base]) -> TandemError | None:
    """What the database's own words mean for somebody who writes records of a model; None if the fault is ours."""
    text = str(error.orig)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    state = getattr(error.orig, "sqlstate", "") or ""
    if is_pointed_at(error):
        return Refused(_("Other records point at this one: archive it, or remove them first."))
    if state == "23505" or UNIQUE.search(text):
        return _taken(model, constraint, text)
    if state == "23514" or CHECK.search(text):
        return _outside(model, constraint or (CHECK.search(text) or {"name": ""})["name"])
    if state == "23502" or "NOT NULL constraint failed" in text:
        return _empty(model, text)
    if state in ("P0001", "45000") or (isinstance(error, IntegrityError) and SENTENCE.match(text)):
        return Refused(text.split("\n")[0].split("CONTEXT:")[0].strip())
    return None


def _taken(model: type[Base], constraint: str, text: str) -> TandemError:
    fields = _named(model, constraint.partition("uq_")[2] or constraint.partition("ix_")[2], UNIQUE.search(text))
    if not fields:
        return Refused(_("There is such a record already."))
    names = ", ".join(field.label for field in fields)
    kind = _(humanised(model.__slug__))
    sentence = "{fields}: there is a {kind} with this already. Choose another, or open that one."
    fault = FieldError(fields[0].name, _(sentence, fields=names, kind=kind))
    return Invalid(_("Nothing was saved: some fields cannot be taken as they are."), [fault])


def _named(model: type[Base], rest: str, match: Any) -> list[Field]:
    """The fields that a unique constraint is about, by its columns (SQLite) or its name (PostgreSQL)."""
    columns = [part.strip().rpartition(".")[2] for part in match["columns"].split(",")] if match else []
    table: Any = model.__table__
    if not columns and rest.startswith(table.name):
        tail = rest.removeprefix(table.name).strip("_")
        columns = [c.key for c in table.columns if re.search(rf"(^|_){re.escape(c.key)}(_|$)", tail)]
    sources = [table.columns[c].info.get("derived_from", (c,))[0] for c in columns if c in table.columns]
    return [f for f in fields_of(model).values() if f.key in sources and not f.kernel]


def _outside(model: type[Base], constraint: str) -> TandemError:
    rule = constraint.removeprefix("ck_").removeprefix(f"{model.__tablename__}_")
    about = [f for f in fields_of(model).values() if rule.startswith(f.key)]
    sentence = _("This is against a rule of the books: {rule}", rule=_(humanised(rule)))
    faults = [FieldError(f.name, _("{label}: {reason}", label=f.label, reason=sentence)) for f in about[:1]]
    return Invalid(sentence, faults)


def _empty(model: type[Base], text: str) -> TandemError:
    column = re.search(r'column "(\w+)"|failed: \w+\.(\w+)', text)
    key = (column[1] or column[2]) if column else ""
    about = [f for f in fields_of(model).values() if f.key == key]
    if not about:
        return Invalid(_("Something that is needed is missing: {name}", name=key))
    sentence = _("{label}: {reason}", label=about[0].label, reason=_("is needed: fill it in"))
    return Invalid(sentence, [FieldError(about[0].name, sentence)])


def is_pointed_at(error: DBAPIError) -> bool:
    """Whether a foreign key stands against it."""
    return getattr(error.orig, "sqlstate", "") == "23503" or "FOREIGN KEY constraint failed" in str(error.orig)
