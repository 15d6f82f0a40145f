"""Lists, groups, cubes and files for programs: the same lists as on the page, as plain values.

`model` is a mapped class, whose view is that of the session's composition, or a `View`. `where` is a where-list or its
JSON, `order` is `-date,name`. Amounts are text, dates ISO 8601; what the user may not see is left out.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.db import today
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.exports.cube_sheets import cube_sheet
from core.screens.exports.files import Export, write_sheet
from core.screens.exports.list_sheets import list_sheet
from core.screens.exports.sheets import Sheet, exact
from core.screens.fields.field import fields_of
from core.screens.fields.rights import demand
from core.screens.fields.sight import sees
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import read_where
from core.screens.lists.items import item_of, key_value, sum_value, writer_of
from core.screens.queries.groups import Groups
from core.screens.queries.measures import Measure
from core.screens.queries.ordering import read_order
from core.screens.queries.pivots import Cube
from core.screens.queries.statements import CAP, MOST, ROWS, Listing
from core.screens.queries.where import Condition, read, searching
from core.screens.records.reading import STAMPS, is_shown, plain
from core.screens.views.view import View

Names = str | Sequence[str] | None


def view_of(session: Session, model: Any) -> View:
    """The view of a model in the composition that the session works in."""
    if isinstance(model, View):
        return model
    composition = session.info.get("composition")
    if composition is None:
        from flask import current_app

        composition = current_app.extensions["tandem"]
    found: View = composition.views.of(model)
    return found


def condition_for(session: Session, view: View, where: Any = None, q: str = "") -> Condition:
    """What narrows an answer."""
    nodes = read_where(where) if isinstance(where, str) else where or []
    condition = read(nodes, view.fields, asking_of(session)) if nodes else Condition()
    return condition.also(searching(q, view.fields, view.searched)) if q else condition


def names_in(asked: Names) -> list[str]:
    """`a,b` or a list, as a list."""
    words = asked.split(",") if isinstance(asked, str) else list(asked or ())
    return [word.strip() for word in words if word.strip()]


def list_records(
    session: Session,
    model: Any,
    where: Any = None,
    order: Names = "",
    fields: Names = None,
    limit: int = ROWS,
    after: str | None = "",
    q: str = "",
) -> dict[str, Any]:
    """One page: `{"items": [...], "total": n, "next": cursor or None}`; at most 1000 items."""
    view = view_of(session, model)
    demand(session, view.model, "read")
    if not 1 <= limit <= MOST:
        message = _("limit is a number from 1 to {most}", most=MOST)
        raise Invalid(message, [FieldError("limit", message)])
    condition = condition_for(session, view, where, q)
    chosen = names_in(fields)
    paths = asked_paths(session, view, chosen) if chosen else own_paths(session, view)
    listing = view.listing(tuple(dict.fromkeys([*paths, *title_path(view)])))
    by = read_order(names_in(order), view.fields) or view.order
    page = listing.page(session, condition, by, after or "", limit)
    total = page.total if page.total <= CAP else listing.exact_total(session, condition)
    writers = [(column.path, writer_of(column, page.tags)) for column in listing.columns]
    items = [item_of(view, row, writers, set(paths), nested=not chosen) for row in page.rows]
    return {"items": items, "total": total, "next": page.next}


def asked_paths(session: Session, view: View, asked: Iterable[str]) -> list[str]:
    """The columns for `fields=`; Invalid for one that a list cannot show."""
    paths = []
    for path in asked:
        if path in ("id", "title"):
            continue
        field = view.fields[path]
        if field.wrap and (field.kind != "tags" or "." in path):
            message = _("{path}: a list does not show what a record has several of; read the record", path=path)
            raise Invalid(message, [FieldError("fields", message)])
        if sees(session, field):
            paths.append(path)
    return paths


def own_paths(session: Session, view: View) -> list[str]:
    """Everything that a record says of itself in one line: its fields, tags and extensions, and its stamps."""
    names = [name for name, each in fields_of(view.model).items() if is_shown(each) and each.kind != "lines"]
    for aspect, extension in view.fields.extensions(view.model).items():
        shown = [
            name for name, each in fields_of(extension).items() if is_shown(each) and each.kind not in ("lines", "tags")
        ]
        names += [f"{aspect}.{name}" for name in shown]
    names += [name for name in STAMPS if name in inspect(view.model).column_attrs]
    return [name for name in names if sees(session, view.fields[name])]


def title_path(view: View) -> list[str]:
    """The column that names a record."""
    return [view.model.__title__] if view.model.__title__ in view.fields else []


def group_records(
    session: Session, model: Any, where: Any = None, group: Names = None, sums: Names = None, q: str = ""
) -> dict[str, Any]:
    """`{"groups": [{"key", "label", "count", "sums"}]}`; several fields give keys and labels as lists."""
    view = view_of(session, model)
    demand(session, view.model, "read")
    paths = names_in(group)
    if not paths:
        message = _("group names the fields to group by")
        raise Invalid(message, [FieldError("group", message)])
    condition = condition_for(session, view, where, q)
    listing = summing(view, names_in(sums)) if sums else view.for_user(session)
    found = (
        Groups(listing).of(session, condition, paths)
        if sums
        else view.groups(tuple(column.path for column in listing.columns)).of(session, condition, paths)
    )
    kinds = {column.path: column.field.kind for column in listing.summed}
    single = len(paths) == 1
    return {
        "groups": [
            {
                "key": key_value(each.key) if single else [key_value(key) for key in each.keys],
                "label": each.label if single else list(each.labels),
                "count": each.count,
                "sums": {path: sum_value(kinds[path], units) for path, units in each.sums.items()},
            }
            for each in found
        ]
    }


def summing(view: View, paths: Sequence[str]) -> Listing:
    """A list that adds up these fields."""
    for path in paths:
        if not view.fields[path].is_number or view.fields[path].wrap:
            message = _("{path} cannot be added up", path=path)
            raise Invalid(message, [FieldError("sums", message)])
    return Listing(view.fields, [view.slot(path).model_copy(update={"sum": True}) for path in paths], view.totals)


def cube_for(session: Session, model: Any, where: Any, rows: Names, columns: Names, measures: Names, q: str = "") -> Cube:
    """The cube of a list; without rows, columns and measures those of the view."""
    view = view_of(session, model)
    demand(session, view.model, "read")
    spec = view.spec.pivot
    asked = [names_in(rows), names_in(columns), names_in(measures)]
    if spec is not None and not any(asked):
        asked = [spec.rows, spec.columns, spec.measures]
    condition = condition_for(session, view, where, q)
    return view.cubes().of(session, condition, asked[0], asked[1], asked[2] or ["count"])


def pivot_records(
    session: Session,
    model: Any,
    where: Any = None,
    rows: Names = None,
    columns: Names = None,
    measures: Names = None,
    q: str = "",
) -> dict[str, Any]:
    """The cube: row and column keys with labels, `cells[row][column]` by measure (None where there is nothing), totals."""
    cube = cube_for(session, model, where, rows, columns, measures, q)

    def said(row: Any, column: Any) -> dict[str, Any] | None:
        figure = cube.figure(row, column)
        if not figure.count:
            return None
        return {m.name: figure_value(m, figure.value(i, m)) for i, m in enumerate(cube.measures)}

    return {
        "fields": {"rows": [f.path for f in cube.rows], "columns": [f.path for f in cube.columns]},
        "measures": [measure.name for measure in cube.measures],
        "rows": [heading(cube, cube.rows, key) for key in cube.row_keys],
        "columns": [heading(cube, cube.columns, key) for key in cube.column_keys],
        "cells": [[said(row, column) for column in cube.column_keys] for row in cube.row_keys],
        "subtotals": [
            heading(cube, cube.rows, key) | {"values": said(key, ())} for key in cube.outline() if len(key) < len(cube.rows)
        ],
        "row_totals": [said(row, ()) for row in cube.row_keys],
        "column_totals": [said((), column) for column in cube.column_keys],
        "total": said((), ()),
    }


def heading(cube: Cube, fields: Sequence[Any], keys: Any) -> dict[str, Any]:
    """Keys and what they are called."""
    labels = [cube.name(field, key) for field, key in zip(fields, keys, strict=False)]
    return {"key": [key_value(key) for key in keys], "label": labels}


def figure_value(measure: Measure, value: Any) -> Any:
    """A figure as JSON."""
    return sum_value(measure.shown_kind, value) if isinstance(value, int) else plain(value)


def sheet_for(
    session: Session,
    model: Any,
    where: Any = None,
    order: Names = "",
    group: Names = None,
    columns: Names = None,
    q: str = "",
    pivot: dict[str, Names] | None = None,
) -> Sheet:
    """What the list shows as a sheet: same filter, order, groups and columns; of a cube with `pivot`."""
    view = view_of(session, model)
    demand(session, view.model, "export")
    if pivot is not None:
        cube = cube_for(session, view, where, pivot.get("rows"), pivot.get("columns"), pivot.get("measures"), q)
        return cube_sheet(cube, view.plural)
    listing = view.listing(tuple(view.paths(session, asked_paths(session, view, names_in(columns)))))
    by = read_order(names_in(order), view.fields) or view.order
    condition = condition_for(session, view, where, q)
    return list_sheet(session, view, listing, condition, by, names_in(group))


def export_records(session: Session, model: Any, format: str, *asked: Any, **named: Any) -> Export:
    """A file of what `sheet_for` answers."""
    return write_sheet(sheet_for(session, model, *asked, **named), format, today(session).year)


__all__ = ["exact", "export_records", "group_records", "list_records", "pivot_records", "sheet_for", "view_of"]
