"""The list page of a model in its modes, and what is done to the records that are ticked in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, current_app, g, make_response, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.db import Archivable, actor, today
from core.screens.boards.board import Board
from core.screens.calendars.making import may_make, part_of
from core.screens.calendars.page import Addresses, CalendarPage
from core.screens.cubes.page import cube_response, cube_values
from core.screens.exports.files import FORMATS
from core.screens.fields.rights import demand, rights
from core.screens.graphs import Graph
from core.screens.lists.asked import Asked, read_args
from core.screens.lists.asking import AskForm
from core.screens.lists.boxes import readable
from core.screens.lists.bulk import bulk_actions
from core.screens.lists.cells import editable_paths
from core.screens.lists.changes import changed
from core.screens.lists.chips import filter_chips, group_chips, sort_chips
from core.screens.lists.compiled import Compiler
from core.screens.lists.exporting import export_response
from core.screens.lists.frame import Frame
from core.screens.lists.grid import Grid
from core.screens.pages import drawn_blocks, part, render
from core.screens.saved.listing import may_change, query_of
from core.screens.saved.opening import opening_of

AROUND = ("actions", "chips", "dialogs")
PAGES = {
    "list": "list.html",
    "kanban": "kanban.html",
    "calendar": "calendar.html",
    "pivot": "pivot.html",
    "graph": "graph.html",
}


def render_index(screen: Any, session: Session | None = None, args: Mapping[str, str] | None = None) -> Any:
    """The page that an address asks for, a part of it, or a file of it; what was ticked is acted on by POST."""
    own: Session = session if session is not None else g.session
    if request.method == "POST":
        return changed(screen, own)
    demand(own, screen.model, "read")
    return ListPage(screen, own, args if args is not None else joined_args()).response()


def joined_args() -> dict[str, str]:
    """The address's arguments; several of one name (the ticked columns) are one."""
    return {name: ",".join(values) if len(values) > 1 else values[0] for name, values in request.args.lists()}


def args_of(query: str) -> dict[str, str]:
    """The arguments of an address that a page kept."""
    return dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))


def compiler_of(app: Any) -> Compiler:
    """The templates of this app value."""
    found: Compiler | None = app.extensions.get("tandem_compiler")
    if found is None:
        screens = app.extensions["tandem"].parts.get("screens", {})

        def address_of(model: Any) -> str:
            mounted = model in screens and model.__addon__ != "core"
            return f"/{model.__addon__}/{model.__slug__}/" if mounted else ""

        found = app.extensions.setdefault("tandem_compiler", Compiler(app.jinja_env, address_of))
    return found


class ListPage:
    """One request of a list: what it asks, what it may see, and the page that answers."""

    def __init__(self, screen: Any, session: Session, args: Mapping[str, str]) -> None:
        self.screen, self.session = screen, session
        self.view = screen.view
        self.opening = opening_of(session, self.view, args)
        asked = read_args(self.view, self.opening.args)
        where, self.faults = readable(session, self.view.fields, asked.where, self.opening.args)
        self.asked: Asked = replace(asked, where=where)
        self.condition = self.asked.condition(session, screen.rows(session))
        self.listing = self.view.for_user(session, self.asked.columns, self.asked.layout.sums)

    def response(self) -> Response:
        """The file, the part or the page."""
        kind = self.asked.rest.get("export")
        if kind:
            return self.export(kind)
        if self.asked.part == "condition":
            return make_response(self.ask().draw())
        if self.asked.mode == "calendar" and self.asked.part in ("events", "new", "move"):
            return make_response(part_of(self.calendar(), self.screen, self.asked.part))
        if self.asked.mode == "kanban" and self.asked.part:
            return make_response(Board(self).part(self.asked.part, self.asked.rest))
        if self.asked.mode == "list" and self.asked.part == "rows":
            return make_response(self.grid().rows_part())
        if self.asked.mode == "list" and self.asked.part == "sums":
            return make_response(self.grid().sums_part())
        if self.asked.mode == "list" and self.asked.part == "group":
            rest = self.asked.rest
            return make_response(self.grid().group_part(rest.get("trail", ""), self.asked.after))
        if self.asked.mode == "pivot" and (answer := cube_response(self)) is not None:
            return make_response(answer)
        values = self.frame() | self.values()
        return render(PAGES[self.asked.mode], **values, surroundings=self.surroundings(values))

    def surroundings(self, values: Mapping[str, Any]) -> Mapping[str, Markup] | None:
        """What stands around the list, drawn once for all who have the same rights and language and ask the same.

        None where what is asked is a person's own: then it is drawn with the page.
        """
        asked = self.asked
        if asked.mode != "list" or asked.is_personal or request.headers.get("HX-Request"):
            return None
        key = ("around", asked.mode, asked.query())

        def draw() -> Mapping[str, Markup]:
            return drawn_blocks(PAGES[asked.mode], AROUND, values)

        found: Mapping[str, Markup] = self.view.drawn(self.session, key, draw)
        return found

    def values(self) -> dict[str, Any]:
        """What the template of the mode shows."""
        if self.asked.mode == "kanban":
            return Board(self).values()
        if self.asked.mode == "calendar":
            return {"page": self.calendar().values()}
        if self.asked.mode == "pivot":
            return cube_values(self)
        if self.asked.mode == "graph":
            return Graph(self).values()
        return self.grid().values()

    def calendar(self) -> CalendarPage:
        """The calendar of the list."""
        asked, url, spec = self.asked, self.view.url, self.view.spec.calendar
        new = asked.query(part="new", date=None, scale=None) if may_make(self.session, self.screen) else ""
        at = Addresses(
            asked.url,
            asked.query(part="events", date=None, scale=None),
            f"{url}?entry=move",
            new,
            names=(spec.start, spec.end or "", spec.all_day or ""),
        )
        return CalendarPage(self.session, self.screen.calendar(self), at, asked.rest, name=self.view.heading)

    def grid(self) -> Grid:
        """The rows or groups of the list."""
        who = actor(self.session)
        template = compiler_of(current_app).template(self.listing, self.view.url, today(self.session).year, who.zone)
        grid = Grid(self.session, self.view, self.listing, self.asked, self.condition, template)
        grid.faults = self.faults
        return grid

    def ask(self) -> AskForm:
        """The form of a condition."""
        return AskForm(self.session, self.view, self.asked, self.opening.args)

    def frame(self) -> dict[str, Any]:
        """What every mode shows around its view."""
        may = rights(self.session, self.view.model)
        frame, makes = Frame(self.view, self.asked), self.screen.makes(self.session)
        return {
            "view": self.view,
            "asked": self.asked,
            "session": self.session,
            "page_title": self.view.heading,
            "frame": frame,
            "ask": self.ask().draw() if "ask" in self.asked.rest else "",
            "saved": self.opening.saved,
            **self.kept(),
            "chips": filter_chips(self.session, self.asked),
            "group_chips": group_chips(self.asked),
            "sort_chips": sort_chips(self.asked),
            "new_url": f"{self.view.url}new" if makes else "",
            "formats": list(FORMATS) if may.may("export") else [],
            "import_url": f"/imports/new?model={self.view.model.label()}" if makes else "",
            "selection": self.selection,
            "cells": editable_paths(self.session, self.screen, self.listing),
            "archivable": issubclass(self.view.model, Archivable),
            "collected": frame.collection_verbs(self.session, self.screen),
        }

    def selection(self, shown: str, total: int) -> Markup:
        """The bar over a list while something is ticked, drawn once for so many rows."""
        bulk = self.view.drawn(self.session, ("bulk",), lambda: bulk_actions(self.session, self.screen))
        formats = list(FORMATS) if rights(self.session, self.view.model).may("export") else []

        def draw() -> Markup:
            return part("parts/selection_bar.html", bulk=bulk, formats=formats, shown=shown, total=total)

        found: Markup = self.view.drawn(self.session, ("selection", shown, total), draw)
        return found

    def kept(self) -> dict[str, Any]:
        """Where this list is saved under a name, and whether it stands as it was saved."""
        saved, model = self.opening.saved, self.view.model
        found: dict[str, Any] = {"lists": f"/lists/{model.__addon__}/{model.__slug__}"}
        if saved is not None:
            found["is_changed"] = self.opening.is_changed(self.asked.values())
            found["may_change"] = may_change(self.session, saved)
            found["as_saved"] = f"{self.view.url}{query_of(saved)}"
        return found

    def export(self, kind: str) -> Response:
        """The preview of a file, or the file, of what the list shows."""
        return make_response(export_response(self, kind))
