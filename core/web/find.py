"""Find or do: records of all models that the person may read, places and things to do; as a page, as JSON, as API."""

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from core.errors import Missing
from core.i18n import _, translated
from core.screens.fields.rights import demand
from core.screens.pages import committed, render, wants_json
from core.screens.records.reading import load_record
from core.web.finding import Found, found
from core.web.finding.recents import remember

find = Blueprint("find", __name__)
LONGEST_TEXT = 200
#: What a question mark asks for: the keys of every page; the script adds those of the page that it stands on.
KEYS = (
    (_("Find or do"), "Ctrl K  /"),
    (_("Save"), "Ctrl S"),
    (_("New"), "c  Alt C"),
    (_("Edit"), "e"),
    (_("Leave a box, clear the selection, close"), "Esc"),
    (_("Up and down in a list"), "↑ ↓  j k"),
    (_("Tick the row"), _("Space  x")),
    (_("Open the row"), "Enter"),
    (_("Go along a row"), "← →"),
    (_("Fill in a cell, go on to the next"), "F2  Tab"),
    (_("Undo what was done last"), "Ctrl Z"),
    (_("Next and previous record"), "Alt N  Alt P"),
    (_("On a record: reply, note, task, meeting"), "r n t m"),
    (_("In the agenda: day, week, month, year, today"), "d w m y t"),
    (_("All keys of this page"), "?  Alt"),
)


@find.get("/find")
def results() -> Response:
    """Groups of hits for `q`, the nearest kind first; `kind` shows one of them, `then` looks for a verb's record."""
    asked = request.args.get("q", "")[:LONGEST_TEXT]
    if asked.strip() == "?":
        groups = [keys()]
        return jsonify({"groups": groups, "kinds": []}) if wants_json() else render("keys.html", keys=groups[0]["items"])
    answer = answered(asked, menus=current_app.extensions["tandem_menus"], user=g.user)
    if wants_json():
        return jsonify(answer.json())
    return render("find.html", q=asked.strip(), answer=answer)


@find.get("/api/v1/find")
def api() -> Response:
    """The records that a question finds, as JSON; programs have no menu."""
    return jsonify(answered(request.args.get("q", "")[:LONGEST_TEXT], menus=None, user=g.user).json())


def answered(asked: str, **more: Any) -> Found:
    """The answer to what the address asks."""
    args = {name: request.args.get(name, "")[:LONGEST_TEXT] for name in ("at", "kind", "then")}
    return found(g.session, current_app.extensions["tandem"], asked, **args, **more)


def keys() -> dict[str, Any]:
    """The keys, as hits that lead nowhere."""
    items = [{"text": str(does), "note": "", "url": "", "icon": "keyboard", "end": str(key)} for does, key in KEYS]
    return {"name": "keys", "label": translated("Keys"), "items": items}


@find.post("/find/seen")
def seen() -> Response:
    """The person has a record before him: searches show it before others from now on."""
    composition = current_app.extensions["tandem"]
    addon, _slash, slug = request.form.get("model", "").partition("/")
    model, key = composition.by_slug.get((addon, slug)), request.form.get("id", type=int)
    if model is None or key is None or addon == "core" or model not in composition.screens:
        raise Missing(_("There is no such record"))
    demand(g.session, model, "read")
    load_record(g.session, model, key, lists=False)
    committed(lambda session: remember(session, model.label(), key))
    return Response(status=204)
