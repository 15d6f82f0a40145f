"""Files of what a list page shows: the same filter, groups, order and columns; a preview first, long ones as a job."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, g, make_response, redirect, request, send_file, url_for
from sqlalchemy.orm import Session

from core.db import Company, actor, today, trusted
from core.errors import FieldError, Invalid
from core.i18n import _, current_language
from core.jobs import enqueue
from core.screens.cubes.asked import read_cube
from core.screens.cubes.page import cube_sheet_of
from core.screens.exports.dialects import (
    COOKIE,
    DECIMAL_NAMES,
    KEPT_S,
    NAMED,
    SEPARATOR_NAMES,
    Dialect,
    kept_dialect,
    read_dialect,
)
from core.screens.exports.files import Export, known_format
from core.screens.exports.list_sheets import list_sheet
from core.screens.exports.making import made_file
from core.screens.exports.previews import LINES, PAPERS, formats_named, preview
from core.screens.exports.sheets import Sheet
from core.screens.exports.streams import EVERY_ROW
from core.screens.fields.formats import formats
from core.screens.fields.rights import demand
from core.screens.graphs import Graph
from core.screens.lists.chips import filter_chips
from core.screens.pages import render

#: rows above which a file is made by a worker, while the page shows how far it is; a printed page takes longer
AT_ONCE = {"pdf": 5_000, "xlsx": 20_000, "ods": 20_000}
AT_ONCE_TEXT = 50_000
#: what an address says of the file and not of the list
OF_THE_FILE = ("export", "paper", *NAMED)
JOB = "core.export"


def sheet_of(page: Any, most: int = EVERY_ROW) -> Sheet:
    """What a list page shows as a sheet; for a preview only its first rows."""
    demand(page.session, page.view.model, "export")
    return replace(_sheet_of(page, notes_of(page), most), dialect=read_dialect(page.asked.rest))


def _sheet_of(page: Any, notes: list[str], most: int) -> Sheet:
    if page.asked.mode == "pivot":
        return cube_sheet_of(page, notes)
    if page.asked.mode == "graph":
        return Graph(page).sheet(notes)
    groups = page.asked.groups if page.asked.mode == "list" else ()
    asked = page.asked
    return list_sheet(page.session, page.view, page.listing, page.condition, asked.order, groups, notes, most)


def is_chosen(page: Any) -> bool:
    """Whether a page is narrowed to ticked records, which its address does not say."""
    return bool(page.condition != page.asked.condition(page.session, page.screen.rows(page.session)))


def notes_of(page: Any) -> list[str]:
    """What a file says of itself: filters, groups and order in words, who made it and when."""
    session, fields = page.session, page.view.fields
    told = [chip.words for chip in filter_chips(session, page.asked)]
    notes = [str(_("Filter: {filters}", filters="; ".join(told)))] if told else []
    if is_chosen(page):
        notes.append(str(_("Only chosen records")))
    if page.asked.mode == "pivot":
        cube = read_cube(page.asked)
        if cube.cols:
            notes.append(str(_("Columns: {fields}", fields=" › ".join(fields[path].shown_label() for path in cube.cols))))
    else:
        groups = [fields[path].shown_label() for path in page.asked.groups] if page.asked.mode == "list" else []
        notes += [str(_("Grouped by: {fields}", fields=" › ".join(groups)))] if groups else []
        order = [f"{fields[path].shown_label()}{' ↓' if down else ''}" for path, down in page.asked.order if path != "id"]
        notes += [str(_("Order: {fields}", fields=", ".join(order)))] if order else []
    return [*notes, made_note(session)]


def made_note(session: Session) -> str:
    """When a file was made, and in which company."""
    who = actor(session)
    with trusted(session):
        company = session.get(Company, who.company_id) if who.company_id else None
    at = datetime.now(ZoneInfo(who.zone))
    day = formats(0, who.zone).day(at.date())
    return str(_("{company}, {day}, {time}", company=company.name if company else "Tandem", day=day, time=f"{at:%H:%M}"))


def export_response(page: Any, kind: str) -> Any:
    """The preview, the file, or the page of the job that makes it."""
    demand(page.session, page.view.model, "export")
    paper = page.asked.rest.get("paper", "auto")
    if kind == "preview":
        return preview_page(page)
    known_format(kind)
    if paper not in PAPERS:
        message = _("paper is one of {all}", all=", ".join(PAPERS))
        raise Invalid(message, [FieldError("paper", message)])
    dialect = read_dialect(page.asked.rest)
    if page.asked.mode not in ("pivot", "graph") and not is_chosen(page) and is_long(page, kind):
        answer: Any = redirect(enqueued(page, kind, paper), 303)
    else:
        answer = sent(export_file(page, kind, paper))
    return keeping(answer, kind, dialect, page.asked.rest)


def keeping(answer: Any, kind: str, dialect: Dialect, asked: Mapping[str, Any]) -> Any:
    """The same answer; a browser that chose how a CSV is written keeps it for the next time."""
    if kind == "csv" and all(name in asked for name in NAMED):
        safe = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
        value = f"{dialect.separator}-{dialect.decimal}"
        answer.set_cookie(COOKIE, value, max_age=KEPT_S, secure=safe, httponly=True, samesite="Lax")
    return answer


def export_file(page: Any, kind: str, paper: str = "auto") -> Export:
    """A finished file of what a list page shows, told in the log."""
    again = type(page)

    def make(session: Session) -> Sheet:
        twin = again(page.screen, session, page.asked.rest)
        twin.condition = page.condition
        return sheet_of(twin)

    database = current_app.extensions["tandem_kernel"].database
    return made_file(page.session, database, make, kind, page.view.model, paper)


def sent(made: Export) -> Response:
    """A file as an attachment."""
    file: Response = send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.name)
    return file


def is_long(page: Any, kind: str) -> bool:
    """Whether nobody should wait for this file with an open request."""
    return int(page.listing.exact_total(page.session, page.condition)) > AT_ONCE.get(kind, AT_ONCE_TEXT)


def enqueued(page: Any, kind: str, paper: str) -> str:
    """Ask the workers for a file; the address of the page that shows how far it is."""
    kernel = current_app.extensions["tandem_kernel"]
    folder = kernel.settings.home / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    who = actor(page.session)
    given = {name: value for name, value in page.asked.rest.items() if name not in ("export", "paper")}
    with kernel.database.write(user_id=who.user_id, company_id=who.company_id, via=who.via) as own:
        number = enqueue(own, JOB, model=page.view.model.label(), args=given, kind=kind, paper=paper, folder=str(folder))
    return url_for("exports.show", key=number)


def preview_page(page: Any) -> Any:
    """What will be in the file, and in which format."""
    shape = formats(today(page.session).year, actor(page.session).zone)
    given = {name: value for name, value in page.asked.values().items() if name not in OF_THE_FILE}
    return preview_response(preview(sheet_of(page, LINES + 1), shape), given, page.view.url, page.view.plural)


def preview_response(made: Any, given: Mapping[str, Any], url: str, back_label: str) -> Response:
    """The page of a preview: `given` is the address of what is previewed, kept as it is by the form that downloads it."""
    from urllib.parse import urlencode

    query = urlencode(given)
    chosen = kept_dialect(request.cookies.get(COOKIE, ""), current_language())
    return make_response(
        render(
            "export.html",
            made=made,
            given=list(given.items()),
            url=url,
            back=f"{url}?{query}" if query else url,
            back_label=back_label,
            formats=list(formats_named()),
            dialect=chosen,
            separators=[(name, str(label)) for name, label in SEPARATOR_NAMES.items()],
            decimals=[(name, str(label)) for name, label in DECIMAL_NAMES.items()],
            papers=[(name, str(label)) for name, label in PAPERS.items()],
            user=g.user,
        )
    )
