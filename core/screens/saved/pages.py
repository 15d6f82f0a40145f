"""The menu and the page of a list's saved views, what is done to them, and the place that remembers one's columns."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, current_app, flash, g, make_response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from core.access.saved import SavedView
from core.db import Line, Model
from core.errors import Denied, FieldError, Invalid, Missing
from core.i18n import _, translated
from core.screens.fields.rights import demand
from core.screens.lists.asked import read_args
from core.screens.lists.layout import PARTS
from core.screens.pages import committed, part, render
from core.screens.saved import keeping
from core.screens.saved.listing import may_change, may_publish, query_of, saved_links, state_of
from core.screens.saved.opening import choices, saved_view
from core.screens.views.view import View

saved = Blueprint("saved", __name__, url_prefix="/lists")


def view_at(addon: str, slug: str) -> View:
    """The view of a list that the user may read."""
    composition = current_app.extensions["tandem"]
    model = composition.parts["by_slug"].get((addon, slug))
    if model is None or addon == "core" or model not in composition.screens or not issubclass(model, Model | Line):
        abort(404)
    if g.user is None:
        raise Denied(_("Log in first"))
    demand(g.session, model, "read")
    found: View = composition.views.of(model)
    return found


def back_to(view: View, text: str) -> str:
    """The address of the list as it stood; only its query is taken from what was sent."""
    return f"{view.url}{text if text.startswith('?') else ''}"


def query_values(view: View, text: str) -> dict[str, Any]:
    """What a query says of the list, as the list itself writes it; Invalid if it cannot be read."""
    return read_args(view, dict(parse_qsl(text.removeprefix("?"), keep_blank_values=True))).values()


@saved.post("/<string:addon>/<string:slug>/columns")
def remember(addon: str, slug: str) -> AnyResponse:
    """Keep how somebody's columns stand, or forget it."""
    view = view_at(addon, slug)
    sent = {name: request.form[name] for name in PARTS if name in request.form}
    read_args(view, {"columns": sent.get("columns", "")})  # unknown columns are refused here, not the next time
    committed(lambda session: keeping.remember(session, view.model.label(), {} if "reset" in request.form else sent))
    if request.headers.get("X-Requested-With") == "fetch":
        return make_response("", 204)
    return redirect(back_to(view, request.form.get("back", "")), 303)


@saved.get("/<string:addon>/<string:slug>/views")
def index(addon: str, slug: str) -> Response:
    """The saved views of a list: a menu for a page, or a page of its own."""
    view = view_at(addon, slug)
    values = menu_values(view, request.args.get("at", ""))
    if request.headers.get("HX-Request"):
        return make_response(str(part("saved/menu.html", **values)))
    return render("saved/index.html", page_title=_("Views of {plural}", plural=view.plural), **values)


def menu_values(view: View, at: str) -> dict[str, Any]:
    """What both templates show."""
    session: Session = g.session
    query = dict(parse_qsl(at.removeprefix("?"), keep_blank_values=True))
    number = query.get("saved", "")
    current = saved_view(session, view.model.label(), int(number)) if number.isdigit() and len(number) < 10 else None
    mine, defaults = choices(session, view.model.label())
    permissions = current_app.extensions["tandem"].permissions
    links = saved_links(session, [view.model])
    return {
        "view": view,
        "base": f"/lists/{view.model.__addon__}/{view.model.__slug__}",
        "at": at if at.startswith("?") else "",
        "current": current,
        "groups": [(label, [link for link in links if link.share == share]) for share, label in SHARED_WITH],
        "links": links,
        "may_change": current is not None and may_change(session, current),
        "changeable": {link.id for link in links if link.is_changeable},
        "publishes": may_publish(session),
        "teams": keeping.my_teams(session),
        "my_default": mine.view_id if mine is not None else None,
        "remembered": mine is not None and any(name in mine.columns for name in PARTS),
        "has_default": bool(defaults),
        "roles": sorted(((role.name, translated(role.label)) for role in permissions.roles.values()), key=lambda r: r[1]),
    }


SHARED_WITH = (("private", _("Private")), ("team", _("Team")), ("all", _("All")))


@saved.post("/<string:addon>/<string:slug>/views")
def create(addon: str, slug: str) -> AnyResponse:
    """Save the list as it stands under a name."""
    view, form = view_at(addon, slug), request.form
    state = query_values(view, form.get("at", ""))
    team = int(form["team"]) if form.get("team", "").isdigit() else None

    def work(session: Session) -> str:
        share = form.get("share", "private")
        made = keeping.save_view(session, view.model.label(), form.get("name", ""), state, share, team)
        if form.get("default"):
            keeping.choose(session, view.model.label(), made.id)
        return query_of(made)

    query = committed(work)
    flash(str(_("The view was saved")), "good")
    return redirect(f"{view.url}{query}", 303)


@saved.post("/<string:addon>/<string:slug>/views/<int:number>")
def change(addon: str, slug: str, number: int) -> AnyResponse:
    """Save anew, rename, share, delete, choose as a default: by the name of the button."""
    view = view_at(addon, slug)
    deed = DEEDS.get(request.form.get("do", ""))
    if deed is None:
        raise Invalid(_("There is no such choice"), [FieldError("do", _("There is no such choice"))])

    def work(session: Session) -> tuple[str, str]:
        found = saved_view(session, view.model.label(), number)
        if found is None:
            raise Missing(_("There is no such view"))
        query = "?saved=0" if deed is delete else ""
        told = str(deed(session, view, found))
        return told, query or query_of(found)

    told, query = committed(work)
    flash(told, "good")
    to = f"/lists/{addon}/{slug}/views" if request.form.get("page") else f"{view.url}{query}"
    return redirect(to, 303)


@saved.post("/<string:addon>/<string:slug>/plain")
def plain(addon: str, slug: str) -> AnyResponse:
    """Open the list as it comes from now on, or as one's roles say."""
    view = view_at(addon, slug)
    committed(lambda session: keeping.choose(session, view.model.label(), None, plain="plain" in request.form))
    return redirect(f"{view.url}?saved=0" if "plain" in request.form else view.url, 303)


def own(session: Session, found: SavedView) -> None:
    """Denied unless it is the user's to change."""
    if not may_change(session, found):
        raise Denied(_("Only its owner or an administrator changes a saved view"))


def save(session: Session, view: View, found: SavedView) -> Any:
    own(session, found)
    found.state = state_of(query_values(view, request.form.get("at", "")))
    return _("The view was saved")


def rename(session: Session, view: View, found: SavedView) -> Any:
    own(session, found)
    found.name = keeping.named(request.form.get("name", ""))
    return _("The view was renamed")


def share(session: Session, view: View, found: SavedView) -> Any:
    own(session, found)
    team = request.form.get("team", "")
    keeping.shared(session, found, request.form.get("share", ""), int(team) if team.isdigit() else None)
    return _("The view was shared") if found.share != "private" else _("The view is private")


def delete(session: Session, view: View, found: SavedView) -> Any:
    own(session, found)
    session.delete(found)
    session.flush()
    return _("The view was deleted")


def default(session: Session, view: View, found: SavedView) -> Any:
    mine, _defaults = choices(session, view.model.label())
    is_mine = mine is not None and mine.view_id == found.id
    keeping.choose(session, view.model.label(), None if is_mine else found.id)
    return _("The list opens as it comes") if is_mine else _("The list opens with this view")


def role(session: Session, view: View, found: SavedView) -> Any:
    if found.share != "all":
        raise Invalid(_("Share the view with all first"), [FieldError("role", _("Share the view with all first"))])
    keeping.choose_for_role(session, view.model.label(), request.form.get("role", ""), found.id)
    return _("The role opens the list with this view")


def norole(session: Session, view: View, found: SavedView) -> Any:
    keeping.choose_for_role(session, view.model.label(), request.form.get("role", ""), None)
    return _("The role opens the list as it comes")


Deed = Callable[[Session, View, SavedView], Any]
DEEDS: dict[str, Deed] = {
    "save": save,
    "rename": rename,
    "share": share,
    "delete": delete,
    "default": default,
    "role": role,
    "norole": norole,
}
