"""A new entry from a stretch of time that was drawn on a calendar: few questions, the times filled in."""

from typing import Any

from flask import g, redirect, request
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, Refused
from core.screens.calendars.entries import MovedEntry
from core.screens.calendars.page import CalendarPage, moved_by
from core.screens.fields.rights import demand
from core.screens.fields.texts import Texts
from core.screens.forms.boxes import Entry
from core.screens.forms.form import RecordForm
from core.screens.pages import committed, render, wants_json


def quick_entries(session: Session, screen: Any) -> list[Entry]:
    """What is asked: what the view names for it, or title, kind, times and what is required."""
    spec = screen.view.spec.calendar
    wanted = [slot.field for slot in spec.quick] or [spec.title, spec.kind, spec.start, spec.end]
    entries = [each for each in screen.entries() if screen.may_write(session, each, "create")]
    asked = [each for each in entries if each.name in wanted]
    needed = [each for each in entries if each.required and each.field.default is None and each.name not in wanted]
    return sorted(asked, key=lambda each: wanted.index(each.name)) + [e for e in needed if not e.field.make_default]


def may_make(session: Session, screen: Any) -> bool:
    """Whether an entry can be made by drawing it: the user may make records and say when they are."""
    return bool(screen.makes(session)) and any(
        each.name == screen.view.spec.calendar.start for each in quick_entries(session, screen)
    )


def asked_for(screen: Any) -> Any:
    """The small form, with the times of the address."""
    session: Session = g.session
    demand(session, screen.model, "create")
    form = RecordForm(quick_entries(session, screen), {}, screen.options_url)
    record = screen.prefilled(session)
    form.show(record, Texts(session), screen.titles(session, record))
    return small_form(screen, form)


def small_form(screen: Any, form: RecordForm, status: int = 200) -> Any:
    """The form in its dialog."""
    return render("parts/quick_entry.html", status, view=screen.view, form=form, post_url=f"{screen.view.url}?entry=new")


def entry_made(screen: Any) -> Any:
    """Make what the small form says; the form again, with its faults, where it cannot be taken."""
    session: Session = g.session
    demand(session, screen.model, "create")
    form = RecordForm(quick_entries(session, screen), {}, screen.options_url)
    form.take(request.form)
    typed = form.typed()
    try:
        record = committed(lambda s: screen.save(s, None, typed, Texts(s).reading, None))
    except (Invalid, Conflict, Refused) as error:
        form.blame(error.errors, str(error))
        form.keep(screen.titles(g.session, screen.model()))
        return small_form(screen, form, 422)
    if wants_json() or request.headers.get("X-Requested-With") == "fetch":
        return {"made": record.id, "title": record.title}
    return redirect(f"{screen.view.url}{record.id}", 303)


def entry_moved(source_of: Any, back: str) -> Any:
    """Move an entry; `source_of` gives the source in the session of the attempt."""
    moved: MovedEntry = committed(lambda s: moved_by(source_of(s), request.form))
    if wants_json() or request.headers.get("X-Requested-With") == "fetch":
        return {"moved": moved.id, "title": moved.title, "scope": moved.scope}
    return redirect(back, 303)


def part_of(calendar: CalendarPage, screen: Any, name: str) -> Any:
    """A part of a calendar's page: its entries, the form of a new one, the form that moves one."""
    if name == "events":
        return calendar.feed()
    if name == "move":
        return render("parts/move_entry.html", **calendar.asked_move())
    return asked_for(screen)
