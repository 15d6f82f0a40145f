"""The agenda as pages, and for other programs: the private feed, an event as a file, a file taken over."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, flash, g, jsonify, redirect, request
from sqlalchemy import select

from addons.crm_agenda.calendars import Events
from addons.crm_agenda.models import CalendarFeed, Event, Task
from addons.crm_agenda.operations import agenda_of, calendar_text, import_calendar, single, split
from core.access.models import User
from core.db import actor, now, today
from core.errors import Invalid, Missing
from core.i18n import _
from core.jobs.book import opener
from core.screens.calendars import CalendarPage
from core.screens.calendars.making import entry_moved
from core.screens.calendars.page import Addresses
from core.screens.calendars.spans import YEARS
from core.screens.fields.rights import demand, rights
from core.screens.pages import committed, open_to_strangers, render

routes = Blueprint("crm_agenda", __name__, url_prefix="/crm_agenda")
CALENDAR = "text/calendar; charset=utf-8"
READ_EVERY = timedelta(minutes=10)
COLLEAGUES = 12
KEPT = ("scale", "date", "kinds", "whose", "who", "contact")


@routes.before_request
def demand_agenda() -> None:
    """All of it is for those who may read events; the private feed reads with its owner's rights."""
    if g.user is not None:
        demand(g.session, Event, "read")


@routes.get("/agenda/")
def agenda() -> Response:
    """The calendar of whoever looks, of some colleagues, of a contact, or of everybody whose events one sees."""
    session, source = g.session, events_asked(g.session)
    calendar = calendar_of(source)
    values = calendar.values()
    span, shown = calendar.span, calendar.span.scale in ("day", "workdays", "week")
    me, who = actor(session).user_id, request.args.getlist("who", type=int)
    colleagues = select(User).where(User.active).order_by(User.name).limit(COLLEAGUES)
    return render(
        "crm_agenda/agenda.html",
        page=values,
        kept=kept(),
        whose="all" if request.args.get("whose") == "all" else "",
        everybody=address(whose="all", who=None),
        mine=address(whose=None, who=None),
        colleagues=[(each, each.id in who if who else each.id == me) for each in session.scalars(colleagues)],
        clashes=source.clash_notes(span.first, span.after) if shown else [],
    )


def events_asked(session: Any) -> Events:
    """Whose events are asked for: mine unless `whose=all` or `who=3&who=5`; of one contact with `contact=12`."""
    contact, who = request.args.get("contact", type=int), request.args.getlist("who", type=int)
    mine = request.args.get("whose") != "all" and contact is None
    me = actor(session).user_id
    kinds = request.args.getlist("kinds") if "kinds" in request.args else None
    users: list[int] | None = who or ([me] if me is not None else None)
    chosen = None if kinds is None else [word for each in kinds for word in each.split(",")]
    return Events(session, contact_id=contact, user_ids=users if mine else None, chosen=chosen)


def kept() -> list[tuple[str, str]]:
    """What the address says, name by name."""
    return [(name, value) for name, values in request.args.lists() if name in KEPT for value in values if value]


def address(**changes: Any) -> str:
    """The address of the agenda with some things changed; None takes one away."""
    pairs = [(name, value) for name, value in kept() if name not in changes]
    pairs += [(name, value) for name, value in changes.items() if value is not None]
    return f"/crm_agenda/agenda/?{urlencode(pairs)}"


def calendar_of(source: Events) -> CalendarPage:
    """The calendar that the address asks for."""
    asked = urlencode([(name, value) for name, value in kept() if name not in ("scale", "date")])
    makes = rights(g.session, Event).may("create")
    at = Addresses(
        address,
        f"/crm_agenda/agenda/events?{asked}",
        "/crm_agenda/agenda/move",
        "/crm_agenda/event/?view=calendar&part=new" if makes else "",
        "/crm_agenda/agenda/move",
        ("starts_at", "ends_at", "all_day"),
    )
    args = dict(request.args.items())
    if args.get("day"):  # a day of a report or of another addon
        args |= {"scale": "day", "date": args["day"]}
    return CalendarPage(g.session, source, at, args, "week", str(_("Agenda")))


@routes.get("/agenda/events")
def agenda_events() -> Response:
    """The events of a window, for the calendar widget."""
    return jsonify(calendar_of(events_asked(g.session)).feed())


@routes.get("/agenda/move")
def ask_move() -> Response:
    """When an event is, to be written anew."""
    demand(g.session, Event, "reschedule")
    return render("parts/move_entry.html", **calendar_of(Events(g.session)).asked_move())


@routes.post("/agenda/move")
def move() -> Any:
    """An event was put elsewhere; of a series this time, those that follow, or all."""
    return entry_moved(Events, "/crm_agenda/agenda/")


@routes.route("/agenda/change", methods=["GET", "POST"])
def change() -> Any:
    """One time of a series becomes an event of its own, or the beginning of another series, to be changed by its form."""
    demand(g.session, Event, "update")
    entry = Events(g.session).find(request.values.get("id", ""))
    if request.method == "GET":
        return render("crm_agenda/change.html", entry=entry)
    following = request.form.get("scope") == "following"

    def parted(session: Any) -> int:
        event, recurrence_at = Events(session).named(entry.id)
        own = split(session, event, recurrence_at) if following and recurrence_at else single(session, event, recurrence_at)
        return own.id

    return redirect(f"/crm_agenda/event/{committed(parted)}", code=303)


@routes.get("/agenda/year")
def year() -> Any:
    """A year at a glance: twelve months, each day as warm as it is full."""
    wanted = request.args.get("year", today(g.session).year, type=int)
    if wanted not in YEARS:
        abort(404)
    return redirect(address(scale="year", date=f"{wanted}-01-01"))


def _event(session: Any, number: int) -> Event:
    """An event that the user sees."""
    event: Event | None = session.get(Event, number)
    if event is None:
        raise Missing(_("There is no such event."))
    return event


@routes.get("/feed/<token>.ics")
@open_to_strangers
def feed(token: str) -> Any:
    """A user's agenda for whoever knows its secret address: calendar programs do not log in."""
    kernel, composition = current_app.extensions["tandem_kernel"], current_app.extensions["tandem"]
    with kernel.database.read() as session:
        wanted = select(CalendarFeed).where(CalendarFeed.token == token, CalendarFeed.stopped.is_(False))
        found = session.scalar(wanted)
        if found is None or found.owner is None or not found.owner.active:
            abort(404)
        owner, company, name, read_at = found.owner_id, found.company_id, found.owner.name, found.last_read_at
    with opener(kernel, composition, "feed")(owner, company, False) as session:
        tasks = select(Task).where(Task.assigned_to_id == owner, Task.state == "open").order_by(Task.id)
        text = calendar_text(agenda_of(session, owner), list(session.scalars(tasks)), name)
    if read_at is None or now() - read_at > READ_EVERY:
        with kernel.database.write() as session:
            session.get_one(CalendarFeed, found.id).last_read_at = now()
    answer = Response(text, content_type=CALENDAR)
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer.make_conditional(request)


@routes.get("/event/<int:id>.ics")
def event_file(id: int) -> Response:
    """One event as a file, with the changed times of its series."""
    event = _event(g.session, id)
    changes = select(Event).where(Event.series_id == event.id).order_by(Event.id)
    text = calendar_text([event, *g.session.scalars(changes)], name=event.subject)
    disposition = {"Content-Disposition": f'attachment; filename="event-{event.id}.ics"'}
    return Response(text, content_type=CALENDAR, headers=disposition)


@routes.route("/agenda/import", methods=["GET", "POST"])
def take_file() -> Response:
    """Takes over an .ics file; says how many entries came in, and why the others did not."""
    if request.method == "GET":
        return render("crm_agenda/import.html", report=None)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(_("Choose a calendar file that ends in .ics."))
    data = upload.read()
    report = committed(lambda session: import_calendar(session, data))
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        counts = {name: getattr(report, name) for name in ("read", "created", "updated", "unchanged")}
        return jsonify(counts | {"skipped": [vars(each) for each in report.skipped]})
    return render("crm_agenda/import.html", report=report)


@routes.post("/agenda/feeds")
def new_feed() -> Any:
    """A new secret address of one's own agenda."""
    label = request.form.get("label_text", "").strip() or str(_("Calendar program"))

    def make(session: Any) -> int:
        made = CalendarFeed(label_text=label, owner_id=actor(session).user_id)
        session.add(made)
        session.flush()
        return made.id

    number = committed(make)
    flash(str(_("The address is ready: paste it into your calendar program.")), "good")
    return redirect(f"/crm_agenda/calendar_feed/{number}", code=303)
