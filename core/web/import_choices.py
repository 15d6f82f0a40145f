"""What a person decides of an import on its page: single rows, the columns guessed anew; and an empty file to fill in."""

from typing import Any

from flask import Response, g, redirect, request, send_file
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.db import today
from core.errors import FieldError, Invalid
from core.i18n import _, translated
from core.importing.choosing import ALL, CREATE, readable
from core.importing.importer import Importer, importer_of
from core.importing.mapping import is_filled
from core.importing.service import forget_mapping
from core.screens.exports.files import write_sheet
from core.screens.exports.sheets import Sheet, SheetColumn
from core.screens.fields.field import Field
from core.screens.fields.rights import rights
from core.screens.pages import committed
from core.web.imports import ask, composition, imports, kernel, model_asked, model_labelled, model_title, own

FORMATS = ("xlsx", "ods", "csv")


@imports.post("/<int:key>/decide")
def decide(key: int) -> AnyResponse:
    """Keep what was decided of rows, and check the file again with it; what is left to the rules is forgotten."""
    made = own(key, "checked", "cancelled", "failed")
    asked = {name.removeprefix("row-"): word for name, word in request.form.items() if name.startswith("row-")}
    if strange := sorted(row for row, word in asked.items() if not row.isdigit() or (word and not readable(word))):
        raise Invalid(_("Nothing can be decided so of row {row}", row=strange[0]), [FieldError("row", strange[0])])
    if "all" in request.form:
        asked[ALL] = CREATE if request.form["all"] == CREATE else ""
    decided = {row: word for row, word in ((made.decisions or {}) | asked).items() if word}
    committed(lambda session: ask(session, key, dry=True, decisions=decided))
    return redirect(f"/imports/{key}")


@imports.post("/<int:key>/guess")
def guess(key: int) -> AnyResponse:
    """Forget how the columns of such a file were assigned, and guess them anew."""
    made = own(key, "checked", "cancelled", "failed")
    model, header = model_labelled(made.model), made.about.get("header", [])
    about = made.about | {"reused": False}
    committed(lambda session: ask(session, key, dry=True, mapping={}, about=about))
    if header:
        forget_mapping(kernel().database, model, header)
    return redirect(f"/imports/{key}?show=columns")


@imports.get("/template")
def template() -> Response:
    """A file with the headings that a file of these records may have, in the reader's language."""
    model, kind = model_asked(), request.args.get("format", "xlsx")
    if kind not in FORMATS:
        raise Invalid(_("There is no format {format}; there are {all}", format=kind, all=", ".join(FORMATS)), [])
    columns = headings(g.session, importer_of(composition(), model))
    sheet = Sheet(model_title(model.label()), columns, ())
    export = write_sheet(sheet, kind, today(g.session).year)
    return send_file(export.file, mimetype=export.mimetype, as_attachment=True, download_name=export.name)


def headings(session: Session, importer: Importer) -> list[SheetColumn]:
    """The fields that this person may write, by label; one whose label another has as well is said by its name."""
    fields: dict[str, Any] = {
        name: field
        for name, field in importer.fields.items()
        if is_filled(importer, field)
        and field.kind != "json"
        and importer.group_of(name) is None
        and (field.kernel or may_write(session, field))
    }
    labels = [translated(field.text) for field in fields.values()]
    found = [label if labels.count(label) == 1 else name for name, label in zip(fields, labels, strict=True)]
    for group in importer.groups:
        inner = ((name, f) for name, f in importer.fields.items() if importer.group_of(name) == group)
        found += [f"{group.label} / {field.label}" for name, field in inner if may_write(session, field)]
    return [SheetColumn(heading) for heading in found]


def may_write(session: Session, field: Field) -> bool:
    """Whether a person may fill a column; of a field that was added, or is of lines, its own name counts, not its path."""
    closed = rights(session, field.model).unwritable
    return not {field.name.rpartition(".")[2], field.key.rpartition(".")[2]} & closed


__all__ = ["imports"]
