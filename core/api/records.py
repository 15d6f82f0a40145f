"""Records over HTTP: create, read, change, delete, and do their verbs; the same functions as the screens'."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from core.api.answers import Answer, asked_version, etag, json_body
from core.api.commands import done_once
from core.db import Base, Extension, Line, Model
from core.errors import Conflict, Denied, Invalid, Missing, TandemError
from core.i18n import _
from core.operations import Verb, perform
from core.registry.composition import Composition
from core.screens.figures import figures_of
from core.screens.forms.conflicts import demand_version
from core.screens.pages import committed
from core.screens.records.histories import history_of
from core.screens.records.reading import load_record, read_record
from core.screens.records.refusals import told
from core.screens.records.writing import delete_record, write_record

Goal = tuple[type[Model], int] | None


class Outdated(TandemError):
    """The record is no longer the one that `If-Match` names."""

    status, kind = 412, "outdated"


def composition() -> Composition:
    """What is enabled in this app."""
    found: Composition = current_app.extensions["tandem"]
    return found


def model_at(addon: str, slug: str) -> type[Model]:
    """The model at an address; 404 if there is none, or if its records belong to others."""
    model = composition().by_slug.get((addon, slug))
    if model is None or not issubclass(model, Model) or issubclass(model, Line | Extension):
        raise NotFound
    return model


def list_at(addon: str, slug: str) -> type[Base]:
    """The model whose list is at an address: of records, or of lines that the menu shows over all documents."""
    model = composition().by_slug.get((addon, slug))
    if model is not None and issubclass(model, Line) and model in composition().parts.get("screens", {}):
        return model
    return model_at(addon, slug)


def url_of(record: Any) -> str:
    """The address of a record."""
    return f"/api/v1/{record.__addon__}/{record.__slug__}/{record.id}"


def create(addon: str, slug: str) -> Answer:
    """A new record; 201 with what it became. With `then` a verb is done to it at once: both, or neither."""
    model, values = model_at(addon, slug), json_body()
    if then := request.args.get("then", ""):
        return create_and(verb_of(model, then, collection=False), model, values)

    def work(session: Session) -> Answer:
        record = write_record(session, model, None, values)
        return Answer(read_record(session, record), 201, {"Location": url_of(record), **etag(record)})

    return done_once(work, lambda session, answer: answer)


def create_and(verb: Verb, model: type[Model], values: Mapping[str, Any]) -> Answer:
    """A new record that a verb without arguments is done to in the same transaction; what the verb led to."""

    def work(session: Session) -> tuple[str, Goal]:
        record = write_record(session, model, None, values)
        return url_of(record), performed(session, verb, record, {})

    def answered(session: Session, done: tuple[str, Goal]) -> Answer:
        address, goal = done
        answer = read_goal(session, goal)
        return Answer(answer.body, 201, {**answer.headers, "Location": address})

    return done_once(work, answered)


def read(addon: str, slug: str, id: int) -> Answer:
    """One record: all its fields, or those of `fields`; with `figures` (names, or `all`) what other addons know of it."""
    session: Session = g.session
    record = load_record(session, model_at(addon, slug), id)
    asked = [name.strip() for name in request.args.get("fields", "").split(",") if name.strip()]
    body = read_record(session, record, asked or None)
    if named := request.args.get("figures", ""):
        body["figures"] = read_figures(session, record, None if named == "all" else named.split(","))
    return Answer(body, headers=etag(record))


def read_figures(session: Session, record: Model, names: list[str] | None) -> dict[str, Any]:
    """Figures by name; Invalid for a name that no enabled addon declares."""
    figures = composition().parts.get("figures", {})
    unknown = set(names or ()) - figures.get(type(record), {}).keys()
    if unknown:
        raise Invalid(_("There is no figure {names}", names=", ".join(sorted(unknown))))
    found = figures_of(figures, session, record, names)
    return {
        spec.name: {"label": spec.label, "value": each.value, "kind": each.kind, "note": str(each.note), "url": each.url}
        for spec, each in found
    }


def change(addon: str, slug: str, id: int) -> Answer:
    """Some fields of a record; lists of lines and tags are given whole. `If-Match` refuses a lost update."""
    model, values, version = model_at(addon, slug), json_body(), asked_version()

    def work(session: Session) -> Answer:
        record = write_record(session, model, load_record(session, model, id), values, version=version)
        return Answer(read_record(session, record), headers=etag(record))

    return matched(lambda: committed(work), version)


def matched(work: Any, version: int | None) -> Answer:
    """A conflict of a request that named its version is 412."""
    try:
        answer: Answer = work()
    except Conflict as error:
        if version is None:
            raise
        raise Outdated(error.message, error.errors) from error
    return answer


def remove(addon: str, slug: str, id: int) -> Answer:
    """Delete a record."""
    model, version = model_at(addon, slug), asked_version()

    def work(session: Session) -> Answer:
        delete_record(session, load_record(session, model, id), version)
        return Answer(status=204)

    return matched(lambda: committed(work), version)


def act(addon: str, slug: str, id: int, operation: str) -> Answer:
    """Do a verb to a record; answers the record that it leads to, or the record itself."""
    model, arguments, version = model_at(addon, slug), json_body(), asked_version()
    verb = verb_of(model, operation, collection=False)

    def work(session: Session) -> Goal:
        record = load_record(session, model, id)
        demand_version(session, record, version)
        return performed(session, verb, record, arguments)

    return matched(lambda: done_once(work, read_goal), version)


def act_on_all(addon: str, slug: str, operation: str) -> Answer:
    """Do a verb that is about no single record."""
    model, arguments = model_at(addon, slug), json_body()
    verb = verb_of(model, operation, collection=True)
    return done_once(lambda session: performed(session, verb, None, arguments), read_goal)


def verb_of(model: type[Model], name: str, collection: bool) -> Verb:
    """A verb of a model; 404 if it has none of this name."""
    verb = composition().verbs(model).get(name)
    if verb is None or verb.collection is not collection:
        raise NotFound
    return verb


def performed(session: Session, verb: Verb, record: Any, arguments: Mapping[str, Any]) -> Goal:
    """Do a verb; the record that it leads to."""
    with told(session, verb.model, record):
        result = perform(session, verb, record, arguments)
    goal = result if isinstance(result, Model) else record
    return None if goal is None else (type(goal), goal.id)


def read_goal(session: Session, goal: Goal) -> Answer:
    """The record that a verb led to, as it is stored now: `{"model": "addon/slug", "id", ...}`."""
    if goal is None:
        return Answer({})
    model, key = goal
    named: dict[str, Any] = {"model": f"{model.__addon__}/{model.__slug__}", "id": key}
    session.expire_all()
    try:
        fresh = load_record(session, model, key)
    except (Missing, Denied):
        return Answer(named)
    return Answer({**named, **read_record(session, fresh)}, headers=etag(fresh))


def changes(addon: str, slug: str, id: int) -> Answer:
    """Who changed what of a record, newest first."""
    session: Session = g.session
    record = load_record(session, model_at(addon, slug), id)
    items = []
    for each in history_of(session, record):
        fields = [{"field": step.path, "old": step.old, "new": step.new} for step in each.steps]
        items.append({"id": each.id, "by": each.who, "at": each.moment, "via": str(each.way), "fields": fields})
    return Answer({"items": items})
