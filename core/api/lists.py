"""Lists, groups, cubes, files and reports over HTTP: what the list pages show."""

from collections.abc import Collection
from typing import Any

from flask import Response, g, request, send_file
from werkzeug.exceptions import NotFound

from core.api.answers import Answer
from core.api.records import composition, list_at
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.exports.making import made_file, note_export
from core.screens.lists.answers import group_records, list_records, pivot_records, sheet_for

FORMATS = ("xlsx", "csv", "ods", "html", "pdf", "txt")
LISTED = ("where", "order", "fields", "limit", "after", "q", "group", "sums")
ROWS, MOST = 80, 1000


def known_only(names: Collection[str]) -> None:
    """Invalid that names a parameter which is not there: a misspelt `were` must not answer everything."""
    wrong = [name for name in request.args if name not in names]
    if wrong:
        sentence = _("There is no parameter {name}. There are: {names}", name=wrong[0], names=", ".join(names))
        raise Invalid(sentence, [FieldError(wrong[0], sentence)])


def listed(addon: str, slug: str) -> Answer:
    """A page of records, or groups of them with `group`."""
    model, args = list_at(addon, slug), request.args
    known_only(LISTED)
    where, q = args.get("where", ""), args.get("q", "")
    if group := args.get("group"):
        return Answer(group_records(g.session, model, where, group, args.get("sums"), q))
    found = list_records(
        g.session, model, where, args.get("order", ""), args.get("fields"), limit(), args.get("after", ""), q
    )
    return Answer(found)


def limit() -> int:
    """How many items a page has; Invalid unless it is a number from 1 to 1000."""
    text = request.args.get("limit", str(ROWS))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST or len(text) > 9:
        sentence = _("limit is a number from 1 to {most}", most=MOST)
        raise Invalid(sentence, [FieldError("limit", sentence)])
    return int(text)


def pivot(addon: str, slug: str) -> Answer:
    """The cube of a list."""
    known_only(("where", "rows", "columns", "measures", "q"))
    args = request.args
    found = pivot_records(
        g.session,
        list_at(addon, slug),
        args.get("where", ""),
        args.get("rows"),
        args.get("columns"),
        args.get("measures"),
        args.get("q", ""),
    )
    return Answer(found)


def export(addon: str, slug: str) -> Response:
    """What the list shows, as a file; with `rows`, `columns_by` and `measures` its cube."""
    known_only(("format", "where", "order", "group", "columns", "q", "rows", "columns_by", "measures"))
    args, model = request.args, list_at(addon, slug)
    kind = args.get("format", "xlsx")
    if kind not in FORMATS:
        sentence = _("format is one of {formats}", formats=", ".join(FORMATS))
        raise Invalid(sentence, [FieldError("format", sentence)])
    cube: dict[str, Any] | None = None
    if args.get("rows") or args.get("columns_by"):
        cube = {"rows": args.get("rows"), "columns": args.get("columns_by"), "measures": args.get("measures")}
    asked = (args.get("where", ""), args.get("order", ""), args.get("group"), args.get("columns"), args.get("q", ""), cube)
    return sent(made_file(g.session, g.database, lambda session: sheet_for(session, model, *asked), kind, model))


def sent(file: Any) -> Response:
    """A file as an attachment."""
    return send_file(file.file, mimetype=file.mimetype, as_attachment=True, download_name=file.name)


def report(addon: str, name: str) -> Answer | Response:
    """A report with its arguments from the address; `format` makes it a file."""
    known = composition().parts.get("reports", {})
    spec = known.get((addon, name))
    if spec is None:
        raise NotFound
    from core.screens.reports.report import answer_report, export_report

    args = {key: value for key, value in request.args.items() if key != "format"}
    if kind := request.args.get("format"):
        made = export_report(g.session, spec, args, kind)
        note_export(g.session, g.database, f"{addon}.{name}", kind, made.rows)
        return sent(made)
    return Answer(answer_report(g.session, spec, args))
