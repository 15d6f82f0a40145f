"""The agenda as pages, and for other programs: the private feed, an event as a file, a file taken over."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, jsonify, redirect, request
from sqlalchemy import select

from addons.crm_agenda.calendars import entries, kinds, read_entry_id, weekday_letters, window, year_of, zone_of
from addons.crm_agenda.models import CalendarFeed, Event, Task
from addons.crm_agenda.operations import agenda_of, calendar_text, import_calendar, occurrences
from core.db import actor, now, today
from core.errors import Invalid, Missing
from core.i18n import _
from core.jobs.book import opener
from core.operations import perform, verbs_of
from core.screens.fields.rights import demand
from core.screens.pages import committed, open_to_strangers, render

routes = Blueprint("crm_agenda", __name__, url_prefix="/crm_agenda")
CALENDAR = "text/calendar; charset=utf-8"
LONGEST_WINDOW = timedelta(days=400)
READ_EVERY = timedelta(minutes=10)
YEARS = range(1970, 2200)


@routes.before_request
def demand_agenda() -> None:
    """All of it is for those who may read events; the private feed reads with its owner's rights."""
    if g.user is not None:
        demand(g.session, Event, "read")


@routes.get("/agenda/")
def agenda() -> Response:
    """The calendar of whoever looks, of a contact, or of everybody whose events one sees."""
    session, clock = g.session, zone_of(g.session)
    start = datetime.combine(today(session), time(), clock)
    start -= timedelta(days=start.weekday())
    planned = occurrences(session, start, start + timedelta(days=7), **_narrowed())
    return render(
        "crm_agenda/agenda.html",
        query=request.query_string.decode(),
        mine=request.args.get("whose") != "all",
        kinds=kinds(planned),
        clashes=[entry for entry in entries(session, planned) if entry["clash"]],
        day=request.args.get("day", ""),
    )


def _narrowed() -> dict[str, Any]:
    """Whose events are asked for: mine unless `whose=all`; of one contact with `contact=12`."""
    contact = request.args.get("contact", type=int)
    mine = request.args.get("whose") != "all" and contact is None
    me = actor(g.session).user_id
    return {"contact_id": contact, "user_ids": [me] if mine and me is not None else None}


@routes.get("/agenda/events")
def agenda_events() -> Response:
    """The events of a window, for the calendar widget."""
    try:
        start, end = window(g.session, request.args["start"], request.args["end"])
    except (KeyError, ValueError) as error:
        raise Invalid(_("Say from when to when: start and end, such as 2026-03-23T00:00.")) from error
    if end - start > LONGEST_WINDOW:
        raise Invalid(_("Ask for a year at the most."))
    return jsonify({"events": entries(g.session, occurrences(g.session, start, end, **_narrowed()))})


@routes.post("/agenda/move")
def move() -> Response:
    """An event was dragged to another time; of a series, that time alone."""
    try:
        number, recurrence_at = read_entry_id(request.form["id"])
        start, end = window(g.session, request.form["start"], request.form["end"])
    except (KeyError, ValueError) as error:
        raise Invalid(_("Say what moves, and from when to when.")) from error
    arguments: dict[str, Any] = {"starts_at": start, "ends_at": end}
    if recurrence_at is not None:
        arguments |= {"recurrence_at": recurrence_at, "scope": "this"}
    committed(lambda session: perform(session, verbs_of(Event)["reschedule"], _event(session, number), arguments))
    return jsonify({"moved": True})


def _event(session: Any, number: int) -> Event:
    """An event that the user sees."""
    event: Event | None = session.get(Event, number)
    if event is None:
        raise Missing(_("There is no such event."))
    return event


@routes.get("/agenda/year")
def year() -> Response:
    """A year at a glance: twelve months, each day as warm as it is full."""
    wanted = request.args.get("year", today(g.session).year, type=int)
    if wanted not in YEARS:
        abort(404)
    months, most = year_of(g.session, wanted, **_narrowed())
    return render(
        "crm_agenda/year.html",
        year=wanted,
        months=months,
        most=most,
        letters=weekday_letters(),
        now=today(g.session),
        count=sum(month.count for month in months),
    )


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
