"""Importing as people ask for it: a file of a model, dry or for good, in a job or at once; and back again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access.models import User
from core.db import Base, Company, Database, now
from core.errors import Invalid, Missing, Refused
from core.i18n import _
from core.importing.choosing import Decisions, keyed
from core.importing.importer import Importer, importer_of
from core.importing.keeping import Report
from core.importing.mapping import name_key
from core.importing.models import Import, ImportRow
from core.importing.models import Mapping as SavedMapping
from core.importing.reading import Unreadable, glance, read
from core.importing.running import HEAD_ROWS, Run
from core.importing.undoing import Undone, undo
from core.jobs.book import opener
from core.screens.fields.parsing import Reading

Progress = Callable[[int], None]
Sessions = Callable[[bool], Session]


@dataclass(frozen=True)
class Asked:
    """What somebody asks for: a file of a model, read in one way; kept under `import_id`, resumed after `done_rows`."""

    model: type[Base]
    path: Path
    dry: bool = False
    import_id: int | None = None
    language: str = "en"
    encoding: str = ""
    sheet: str = ""
    saved: Mapping[str, str] = field(default_factory=dict)
    done_rows: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    key: str = ""
    decisions: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)


def model_named(composition: Any, name: str) -> type[Base]:
    """The model that `crm_contacts.contact` (or `crm_contacts.Contact`) names; Missing, with what there is, if none."""
    addon, _dot, word = name.partition(".")
    for (owner, slug), model in composition.by_slug.items():
        if owner == addon and word in (slug, model.__name__):
            found: type[Base] = model
            return found
    known = ", ".join(sorted(f"{owner}.{slug}" for owner, slug in composition.by_slug if owner != "core"))
    raise Missing(_("There is no model {name}; there are {known}", name=name, known=known))


def run_import(
    sessions: Sessions,
    composition: Any,
    asked: Asked,
    progress: Progress = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Run a file through the importer of its model. Invalid if the file cannot be read."""
    importer: Importer = keyed(importer_of(composition, asked.model), asked.key)
    if not asked.path.is_file():
        raise Invalid(_("The file is no longer here: upload it again"))
    try:
        rows = read(asked.path, asked.encoding, asked.sheet)
        run = Run(
            sessions,
            importer,
            Reading(asked.language or "en"),
            composition.catalogs,
            dict(asked.saved),
            Decisions(asked.decisions),
            needed_in_form(composition, asked.model),
            asked.dry,
            asked.import_id,
            asked.done_rows,
            dict(asked.counts),
            dict(asked.figures),
            progress=progress,
            cancelled=cancelled,
        )
        return run.over(rows)
    except Unreadable as error:
        raise Invalid(_("{file} cannot be imported: {reason}", file=asked.path.name, reason=str(error))) from error


def needed_in_form(composition: Any, model: type[Base]) -> frozenset[str]:
    """The fields that the form of a model wants filled besides those that the model does."""
    slots = (slot for group in composition.parts["views"].of(model).form.groups for slot in group.fields)
    return frozenset(slot.field for slot in slots if slot.required)


def import_file(
    kernel: Any,
    composition: Any,
    name: str,
    path: Path,
    *,
    dry: bool = False,
    login: str | None = None,
    language: str = "en",
    encoding: str = "",
    progress: Progress = lambda done: None,
) -> Report:
    """Import a file as a user (or as the system), here and now; answers what became of its rows."""
    model = model_named(composition, name)
    with kernel.database.read() as session:
        user_id = session.scalar(select(User.id).where(User.login == login)) if login else None
        company_id = session.scalar(select(Company.id).order_by(Company.id))
    if login and user_id is None:
        raise Missing(_("There is no user {login}", login=login))
    opens = opener(kernel, composition, via="import")
    asked = Asked(
        model, path, dry, None, language, encoding, saved=saved_mapping(kernel.database, user_id, model, path, encoding)
    )

    def sessions(writes: bool) -> Session:
        return opens(user_id, company_id, writes)

    return import_now(kernel.database, sessions, composition, asked, (user_id, company_id), progress)


def import_now(
    database: Database,
    sessions: Sessions,
    composition: Any,
    asked: Asked,
    who: tuple[int | None, int | None],
    progress: Progress = lambda done: None,
) -> Report:
    """Run a file and wait for it; one that writes is kept as an import of `who` (user, company), whatever comes of it."""
    if asked.dry:
        return run_import(sessions, composition, asked, progress)
    made = Import(
        user_id=who[0],
        company_id=who[1],
        model=asked.model.label(),
        filename=asked.path.name,
        state="running",
        path=str(asked.path.absolute()),
        language=asked.language,
        encoding=asked.encoding,
        mapping=dict(asked.saved),
        key=asked.key or None,
        decisions=dict(asked.decisions) or None,
    )
    import_id = begin(database, made)
    try:
        report = run_import(sessions, composition, replace(asked, import_id=import_id), progress)
    except Exception as error:
        ended(database, import_id, "failed", str(error))
        raise
    report.import_id = import_id
    ended(database, import_id, report.state)
    return report


def begin(database: Database, made: Import) -> int:
    """Write down that an import begins; its id is the handle of progress and undo."""
    with database.write() as session:
        made.at = now()
        session.add(made)
        session.flush()
        return made.id


def ended(database: Database, import_id: int | None, state: str, error: str | None = None, **about: Any) -> None:
    """Write down how it ended."""
    if import_id is None:
        return
    with database.write() as session:
        made = session.get_one(Import, import_id)
        made.state, made.error = state, error
        if about:
            made.about = made.about | about


def forget_rows(database: Database, import_id: int) -> None:
    """A new check of the same file begins: what an earlier one told of its rows goes."""
    with database.write() as session:
        session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        made = session.get_one(Import, import_id)
        made.counts, made.done_rows, made.error = {}, 0, None


def heads_key(header: list[Any]) -> str:
    """A short key of a set of heads, in whatever order, under which its mapping is saved."""
    return hashlib.sha256("|".join(sorted(map(name_key, header))).encode()).hexdigest()[:32]


def save_mapping(
    database: Database, user_id: int | None, model: type[Base], header: list[Any], columns: Mapping[str, str]
) -> None:
    """Keep how a user assigned the columns of such a header; it is used again."""
    key = heads_key(header)
    wanted = (SavedMapping.user_id == user_id, SavedMapping.model == model.label(), SavedMapping.heads == key)
    with database.write() as session:
        found = session.scalars(select(SavedMapping).where(*wanted)).first()
        if found is None:
            session.add(SavedMapping(user_id=user_id, model=model.label(), heads=key, columns=dict(columns)))
        else:
            found.columns = dict(columns)


def mapping_for(database: Database, user_id: int | None, model: type[Base], rows: Sequence[list[Any]]) -> dict[str, str]:
    """What was saved for a file with one of these rows as its heads, by this user or else last by a colleague."""
    keys = [heads_key(row) for row in rows if any(row)]
    saved = select(SavedMapping).where(SavedMapping.model == model.label(), SavedMapping.heads.in_(keys))
    with database.read() as session:
        found = session.scalars(saved.order_by(SavedMapping.user_id.is_not_distinct_from(user_id), SavedMapping.id)).all()
        return dict(found[-1].columns) if found else {}


def forget_mapping(database: Database, model: type[Base], header: list[Any]) -> None:
    """Guess the columns of such a file anew from now on, whoever assigned them."""
    wanted = (SavedMapping.model == model.label(), SavedMapping.heads == heads_key(header))
    with database.write() as session:
        session.execute(delete(SavedMapping).where(*wanted))


def saved_mapping(
    database: Database, user_id: int | None, model: type[Base], path: Path, encoding: str = ""
) -> dict[str, str]:
    """The mapping that was saved for the heads of this file, wherever among its first rows they stand."""
    try:
        first = glance(path, encoding, rows=HEAD_ROWS).rows
    except Unreadable:
        return {}
    return mapping_for(database, user_id, model, first)


def undo_import(kernel: Any, composition: Any, import_id: int, login: str | None = None) -> Undone:
    """Take an import back, here and now. Refused if it was taken back already."""
    with kernel.database.read() as session:
        made = session.get(Import, import_id)
        user_id = session.scalar(select(User.id).where(User.login == login)) if login else None
    if made is None:
        raise Missing(_("There is no import {id}", id=import_id))
    if made.state == "undone":
        raise Refused(_("The import {id} was taken back already", id=import_id))
    opens = opener(kernel, composition, via="import")
    return undo(lambda writes: opens(user_id, made.company_id, writes), import_id)
