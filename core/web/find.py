"""Find or do: records of all models that the person may read, menu entries and reports, typo tolerant; page and JSON."""

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from rapidfuzz import fuzz
from sqlalchemy import bindparam, select

from core.db import Piece, Searchable, holds
from core.i18n import _, humanised, translated
from core.screens.pages import render, wants_json
from core.values import fold

find = Blueprint("find", __name__)
HITS_A_MODEL, LEAST_SCORE, LEAST_LETTERS = 6, 75, 3
#: What a question mark asks for: the keys of every page; the script adds those of the page that it stands on.
KEYS = (
    (_("Find or do"), "Ctrl K  /"),
    (_("Save"), "Ctrl S"),
    (_("Leave a box, clear the selection, close"), "Esc"),
    (_("Up and down in a list"), "↑ ↓"),
    (_("Tick the row"), _("Space")),
    (_("Open the row"), "Enter"),
    (_("Tick the row of a list"), "x"),
    (_("Go along a row"), "← →"),
    (_("Fill in a cell, go on to the next"), "F2  Tab"),
    (_("Undo what was done last"), "Ctrl Z"),
)


@find.get("/find")
def results() -> Response:
    """Groups of hits for `q`: places to go first, then records by model."""
    asked = request.args.get("q", "").strip()[:100]
    found = [keys()] if asked == "?" else [places(asked), *(records(model, asked) for model in searched_models())]
    groups = [group for group in found if group["items"]]
    if wants_json():
        return jsonify({"groups": groups})
    return render("find.html", q=asked, groups=groups)


def keys() -> dict[str, Any]:
    """The keys, as hits that lead nowhere."""
    items = [{"text": str(does), "note": "", "url": "", "icon": "keyboard", "end": str(key)} for does, key in KEYS]
    return {"label": translated("Keys"), "items": items}


def searched_models() -> list[Any]:
    """The models with a search text and a screen that this person may read."""
    composition, policy = current_app.extensions["tandem"], g.session.info["policy"]
    models = dict.fromkeys(link.model for link in composition.menu if link.model is not None)
    return [m for m in models if issubclass(m, Searchable) and policy.may(m, "read")]


def places(asked: str) -> dict[str, Any]:
    """Menu entries whose label is like what was asked, and what they can make anew."""
    composition, policy = current_app.extensions["tandem"], g.session.info["policy"]
    items = []
    for link in composition.menu:
        if link.model is not None and not policy.may(link.model, "read"):
            continue
        label = translated(link.label)
        if not asked or fuzz.partial_ratio(fold(asked), fold(label)) >= LEAST_SCORE:
            items.append({"text": label, "note": translated(link.section), "url": link.url, "icon": link.icon, "end": ""})
            if asked and link.model is not None and policy.may(link.model, "create"):
                new = {
                    "text": f"{label}: {translated('New')}",
                    "note": "",
                    "url": f"{link.url}new",
                    "icon": "plus",
                    "end": "",
                }
                items.append(new)
    return {"label": translated("Places"), "items": items}


def records(model: Any, asked: str) -> dict[str, Any]:
    """The records of one model whose search text holds every word; the nearest to the whole question first."""
    words = [fold(w) for w in asked.split() if len(w) >= LEAST_LETTERS][:5] or (
        [fold(asked)] if len(asked) >= LEAST_LETTERS else []
    )
    if not words:
        return {"label": "", "items": []}
    title = getattr(model, model.__title__)
    query = select(model.id, title, model.search_text)
    for number, _word in enumerate(words):
        query = query.where(holds(model.search_text, model.id, bindparam(f"p{number}", type_=Piece)))
    rows = g.session.execute(query.limit(HITS_A_MODEL * 5), {f"p{n}": w for n, w in enumerate(words)}).all()
    best = sorted(rows, key=lambda row: -fuzz.WRatio(fold(asked), fold(str(row[1] or ""))))[:HITS_A_MODEL]
    base = f"/{model.__addon__}/{model.__slug__}"
    view = current_app.extensions["tandem"].views.of(model)
    icon = getattr(view, "icon", "") or "file"
    items = [{"text": title_of(model, row), "note": "", "url": f"{base}/{row[0]}", "icon": icon, "end": ""} for row in best]
    return {"label": translated(humanised(model.__slug__)), "items": items}


def title_of(model: Any, row: Any) -> str:
    """What a hit is called; a draft that has no number yet says by itself what it is."""
    return str(row[1] or g.session.get_one(model, row[0]).title)
