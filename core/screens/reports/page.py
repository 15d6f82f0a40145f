"""The page of a report: its questions, its table, its files."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from core.db import actor, today
from core.errors import Denied, Invalid
from core.screens.exports.dialects import read_dialect
from core.screens.exports.making import note_export
from core.screens.exports.previews import preview
from core.screens.fields.field import Field
from core.screens.fields.formats import STORED, formats
from core.screens.fields.texts import Texts
from core.screens.fields.titles import Titles
from core.screens.forms.form import RecordForm
from core.screens.forms.options import short_list, titles_of
from core.screens.lists.exporting import OF_THE_FILE, keeping, preview_response, sent
from core.screens.pages import render
from core.screens.reports.report import ReportSpec, Row, Table, entries_of, export_report, report_sheet, shown, table_of

reports = Blueprint("reports", __name__, url_prefix="/reports")


def spec_at(addon: str, name: str) -> ReportSpec:
    """The report at an address; 404 if there is none."""
    found: ReportSpec | None = current_app.extensions["tandem"].parts.get("reports", {}).get((addon, name))
    if found is None:
        raise NotFound
    return found


@reports.get("/")
def listed() -> Response:
    """The reports that this user may read."""
    found = [spec for spec in current_app.extensions["tandem"].parts.get("reports", {}).values() if spec.is_open(g.session)]
    return render("reports.html", reports=sorted(found, key=lambda spec: (spec.section, spec.label)))


@reports.get("/<string:addon>/<string:name>")
def page(addon: str, name: str) -> Response:
    """A report with its questions answered from the address."""
    spec, session = spec_at(addon, name), g.session
    if not spec.is_open(session):
        table_of(session, spec, {}, Texts(session).reading)
    kind = request.args.get("export", "")
    given = {key: value for key, value in request.args.items() if key not in OF_THE_FILE}
    reading = Texts(session).reading
    if kind == "preview":
        shape = formats(today(session).year, actor(session).zone)
        made = preview(report_sheet(session, spec, given, reading), shape)
        return preview_response(made, given, spec.url, spec.label)
    if kind:
        dialect = read_dialect(request.args)
        file = export_report(session, spec, given, kind, reading, request.args.get("paper", "auto"), dialect)
        note_export(session, g.database, f"{addon}.{name}", kind, file.rows)
        answer: Response = keeping(sent(file), kind, dialect, request.args)
        return answer
    form, fault, table = form_of(session, spec, given), None, None
    try:
        table = table_of(session, spec, given, reading)
    except Denied:
        raise
    except Invalid as error:
        fault = error
        if given:
            form.blame(error.errors)
    return render(
        "report.html",
        422 if fault is not None and given else 200,
        spec=spec,
        form=form,
        table=table,
        rows=rows_of(session, table) if table else [],
        needed="" if given else ", ".join(each.label for each in spec.asked.values() if each.required),
        export_url=f"?{urlencode({**given, 'export': 'preview'})}" if table else "",
    )


def form_of(session: Session, spec: ReportSpec, given: dict[str, str]) -> RecordForm:
    """The questions, filled with what was asked or what goes without saying."""
    texts = Texts(session)
    form = RecordForm(entries_of(spec), {}, lambda model: f"/{model.__addon__}/{model.__slug__}/options")
    values: MultiDict[str, str] = MultiDict()
    for name, each in spec.asked.items():
        if text := given.get(name, default_text(session, spec, each, texts)):
            values[name] = text
    form.take(values)
    form.keep(
        Titles(
            lambda model, ids: titles_of(session, model, ids),
            lambda each: short_list(session, each),
            lambda _model: None,
        )
    )
    return form


def default_text(session: Session, spec: ReportSpec, each: Field, texts: Texts) -> str:
    """What stands in a box that nobody filled in."""
    if each.name in spec.opens_on:
        return texts.edited(each, spec.opens_on[each.name](session))
    if each.default is None:
        return ""
    if each.kind == "boolean":
        return "y" if each.default else ""
    return texts.edited(each, each.default)


def rows_of(session: Session, table: Table) -> list[tuple[Row, list[tuple[str, str, bool]]]]:
    """Each row with its cells as text, class and whether it is zero."""
    shape = formats(today(session).year, actor(session).zone)
    found = []
    for row in table.lines:
        cells = []
        for column, value in zip(table.columns, row.values, strict=True):
            cells.append((cell_text(shape, column.kind, value), "t-number" if column.is_number else "", value == 0))
        found.append((row, cells))
    return found


def cell_text(shape: Any, kind: str, value: Any) -> str:
    """One value as people read it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if kind in STORED:
        return str(
            shape.number(
                kind, int(value.scaleb(STORED[kind])) if hasattr(value, "scaleb") else int(value) * 10 ** STORED[kind]
            )
        )
    if kind == "integer" and isinstance(value, int):
        return str(shape.number("integer", value))
    if kind == "date":
        return str(shape.day(value))
    if kind == "moment":
        return str(shape.moment(value))
    return str(shown(value))
