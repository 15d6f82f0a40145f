"""The pages that put widgets into one's day and arrange them; every change works without JavaScript."""

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Denied, Invalid
from core.i18n import _, translated
from core.screens.fields.rights import demand
from core.screens.pages import committed, render, wants_json
from core.web.models import SIZES
from core.web.widgets import keeping
from core.web.widgets.drawing import panes

widgets = Blueprint("widgets", __name__, url_prefix="/day")


@widgets.before_request
def only_people() -> None:
    """A day is a person's; strangers and programs have none."""
    if g.user is None or g.user.session_id is None:
        raise Denied(_("Log in first"))


def roles() -> list[str]:
    """The roles of the person, those first that were given to him by name."""
    implied = current_app.extensions["tandem"].permissions.implied(g.user.roles)
    return list(dict.fromkeys([*sorted(g.user.roles), *sorted(implied)]))


@widgets.get("/add")
def ask() -> Response:
    """What the widget of a view is to be called and how wide it is; `from` is the address of the view."""
    screen, _query = keeping.view_asked(current_app.extensions["tandem"], request.args.get("from", ""))
    demand(g.session, screen.model, "read")
    name = request.args.get("name") or screen.view.plural
    return render("day/add.html", view=screen.view, address=request.args["from"], name=name)


@widgets.post("/add")
def put() -> AnyResponse:
    """Put a view into one's day."""
    screen, query = keeping.view_asked(current_app.extensions["tandem"], request.form.get("from", ""))
    name, size = request.form.get("name", ""), request.form.get("size", "")
    committed(lambda session: keeping.add(session, roles(), screen, query, name, size))
    flash(str(_("It stands in your day now")), "good")
    return redirect("/")


@widgets.get("/arrange")
def arrange() -> Response:
    """The widgets of one's day in their order, each with what can be done to it."""
    permissions = current_app.extensions["tandem"].permissions
    given = [(name, translated(role.label)) for name, role in permissions.roles.items()] if g.user.is_admin else []
    found = panes(g.session, current_app.extensions["tandem"], keeping.widgets_of(g.session, roles()))
    return render("day/arrange.html", panes=found, roles=given, is_own=keeping.is_own(g.session))


@widgets.post("/widgets/<int:key>")
def change(key: int) -> AnyResponse:
    """Move, widen, narrow or remove one."""
    what = request.form.get("do", "")
    if what not in (*SIZES, "up", "down", "remove"):
        raise Invalid(_("There is no such thing to do"))
    committed(lambda session: keeping.change(session, roles(), key, what))
    return redirect("/day/arrange" if request.form.get("back") == "arrange" else "/")


@widgets.post("/order")
def order() -> AnyResponse:
    """Put them in the order in which their keys come."""
    keys = [int(word) for word in request.form.get("ids", "").split(",") if word.isdigit() and len(word) < 10]
    committed(lambda session: keeping.arrange(session, roles(), keys))
    return Response(status=204) if wants_json() else redirect("/")


@widgets.post("/defaults")
def defaults() -> AnyResponse:
    """Give what stands in one's own day to all who hold a role and chose nothing themselves; for administrators."""
    role = request.form.get("role", "")
    if not g.user.is_admin:
        raise Denied(_("Only an administrator may see this page"))
    if role not in current_app.extensions["tandem"].permissions.roles:
        raise Invalid(_("There is no such role"))
    count = committed(lambda session: keeping.give_to_role(session, role))
    flash(str(_("The role has {count} widgets now", count=count)), "good")
    return redirect("/day/arrange")


@widgets.post("/reset")
def reset() -> AnyResponse:
    """One's day is again what the roles give."""
    committed(keeping.forget)
    flash(str(_("Your day is again as your roles give it")), "good")
    return redirect("/day/arrange")
