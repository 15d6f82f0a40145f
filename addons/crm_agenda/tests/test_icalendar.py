"""Calendars come in and go out: what is real is read, what is broken says why, what goes out comes back the same."""

import re
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import select

from addons.crm_agenda.models import CalendarFeed, Event
from addons.crm_agenda.operations import calendar_text, import_calendar, occurrences, read_calendar, reschedule
from addons.crm_agenda.rrules import interchanged, starts_between
from addons.crm_contacts.models import Contact
from core.access.models import User
from core.errors import Invalid
from core.testing.shared_data import shared

FILE = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example//EN\r
BEGIN:VEVENT\r
UID:series@example\r
DTSTART;TZID=Eastern Standard Time:20260302T090000\r
DTEND;TZID=Eastern Standard Time:20260302T100000\r
RRULE:FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1,15;BYHOUR=9\r
EXDATE;VALUE=DATE:20260915\r
SUMMARY:Season\r
ATTENDEE:mailto:Ana@elsol.example\r
BEGIN:VALARM\r
TRIGGER:-PT15M\r
ACTION:DISPLAY\r
DESCRIPTION:x\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:day@example\r
DTSTART;VALUE=DATE:20260406\r
SUMMARY:Fair\r
SEQUENCE:3\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:broken@example\r
SUMMARY:No beginning\r
END:VEVENT\r
BEGIN:VTODO\r
UID:todo@example\r
SUMMARY:Send the catalogue\r
DUE;VALUE=DATE:20260407\r
PRIORITY:1\r
END:VTODO\r
END:VCALENDAR\r
"""
WINDOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def events(session):
    return list(session.scalars(select(Event).order_by(Event.id)))


def test_a_file_is_taken_over_once_and_what_is_left_out_says_why(tandem):
    with tandem("crm_agenda").write() as session:
        session.add(Contact(name="Ana", email="ana@elsol.example"))
        session.flush()
        report = import_calendar(session, FILE)
        assert (report.read, report.created, [s.reason for s in report.skipped]) == (4, 3, ["The event has no beginning."])
        season, fair = events(session)
        assert (season.zone, season.contact.name, season.reminders) == ("America/New_York", "Ana", [15])
        assert (fair.all_day, fair.first_day.isoformat(), fair.revision) == (True, "2026-04-06", 3)
        again = import_calendar(session, FILE)
        assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
        older = FILE.replace(b"SEQUENCE:3", b"SEQUENCE:2").replace(b"SUMMARY:Fair", b"SUMMARY:Old fair")
        assert import_calendar(session, older).updated == 0
        newer = FILE.replace(b"SEQUENCE:3", b"SEQUENCE:4").replace(b"SUMMARY:Fair", b"SUMMARY:New fair")
        assert import_calendar(session, newer).updated == 1
        assert fair.subject == "New fair"


def test_a_rule_goes_out_byte_for_byte_as_it_came(tandem):
    with tandem("crm_agenda").write() as session:
        import_calendar(session, FILE)
        season = events(session)[0]
        season.subject = "Season, renamed"
        session.flush()
        text = calendar_text([season])
        assert b"\r\nRRULE:FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=1,15;BYHOUR=9\r\n" in text
        assert b"SUMMARY:Season\\, renamed" in text
        assert b"TRIGGER:-PT15M" in text


def test_what_goes_out_means_the_same_to_another_program(tandem):
    with tandem("crm_agenda").write() as session:
        import_calendar(session, FILE)
        berlin = ZoneInfo("Europe/Berlin")
        weekly = Event(
            subject="Weekly", zone="Europe/Berlin", starts_at=datetime(2026, 3, 2, 9, tzinfo=berlin), rrule="FREQ=WEEKLY"
        )
        session.add(weekly)
        session.flush()
        moved = datetime(2026, 4, 6, 9, tzinfo=berlin)
        reschedule(session, weekly, starts_at=moved + timedelta(hours=3), scope="this", recurrence_at=moved)
        ours = [(each.event.subject, each.starts_at) for each in occurrences(session, *WINDOW) if not each.event.all_day]
        file = Calendar.from_ical(calendar_text(events(session)))
        theirs = [
            (str(e["SUMMARY"]), e["DTSTART"].dt.astimezone(UTC))
            for e in recurring_ical_events.of(file).between(*WINDOW)
            if isinstance(e["DTSTART"].dt, datetime)
        ]
        assert sorted(ours) == sorted(theirs)
        assert len(ours) > 90


def test_our_own_file_comes_back_the_same(tandem):
    first, second = tandem("crm_agenda"), tandem("crm_agenda")
    with first.write() as session:
        import_calendar(session, FILE)
        text, ours = calendar_text(events(session)), [each.starts_at for each in occurrences(session, *WINDOW)]
    with second.write() as session:
        report = import_calendar(session, text)
        assert report.skipped == []
        assert [each.starts_at for each in occurrences(session, *WINDOW)] == ours


def test_whole_days_go_out_as_days_with_the_day_after_as_their_end(tandem):
    with tandem("crm_agenda").write() as session:
        import_calendar(session, FILE)
        text = calendar_text([events(session)[1]])
        assert b"DTSTART;VALUE=DATE:20260406" in text
        assert b"DTEND;VALUE=DATE:20260407" in text


@pytest.mark.parametrize("data", [b"", b"BEGIN:VCALENDAR", b"\x89PNG", b"name;email\nAna;x"])
def test_what_is_no_calendar_is_refused(data):
    with pytest.raises(Invalid, match="no calendar"):
        read_calendar(data, "UTC")


@pytest.mark.slow
def test_real_calendars_are_read_and_the_rest_say_why():
    warnings.simplefilter("ignore")
    counts: Counter[str] = Counter()
    for path in sorted(shared("calendars").rglob("*.ics")):
        try:
            entries = read_calendar(path.read_bytes(), "UTC")
        except Invalid:
            counts["no calendar"] += 1
            continue
        counts["read"] += len(entries)
        counts["left out"] += sum(bool(entry.problem) for entry in entries)
        assert all(entry.values or entry.problem for entry in entries), path
    assert counts["no calendar"] <= 17
    assert counts["read"] >= 3100
    assert counts["left out"] <= 70


@pytest.mark.slow
def test_repetitions_fall_as_another_program_has_them_fall():
    """KDE's own reference: where its times stand in the event's zone, ours are the same, one by one."""
    folder = shared("calendars", "KDE__kcalendarcore", "RecurrenceRule")
    same, days = 0, 0
    for path in sorted(folder.rglob("*.ics")):
        reference = path.with_name(f"{path.name}.next.ref")
        found = [entry for entry in read_calendar(path.read_bytes(), "UTC") if entry.kind == "event"]
        if not reference.exists() or not found or found[0].problem:
            continue
        values = found[0].values
        wanted = [datetime.fromisoformat(row.split()[0]) for row in reference.read_text().splitlines() if row[:1].isdigit()][
            :200
        ]
        first = values["starts_at"].astimezone(ZoneInfo(values["zone"])).replace(tzinfo=None)
        extra, left_out = ([datetime.fromisoformat(text) for text in values[name]] for name in ("rdates", "exdates"))
        got = starts_between(values["rrule"], first, values["zone"], first, wanted[-1] + timedelta(days=2), extra, left_out)
        same += got[: len(wanted)] == wanted
        days += {m.date() for m in wanted} <= {m.date() for m in got} | {first.date()}
    assert (same, days) >= (61, 65)


def test_a_feed_is_read_by_its_secret_and_by_nothing_else(tandem):
    books = tandem("crm_agenda")
    books.add_user("lucia", "crm_agenda.user")
    books.add_user("martin", "crm_agenda.user")
    for login, subject in (("lucia", "Mine"), ("martin", "Not hers")):
        with books.write(login) as session:
            session.add(Event(subject=subject, starts_at=datetime(2026, 4, 2, 15, tzinfo=UTC)))
    with books.write("lucia") as session:
        feed = CalendarFeed(label_text="Outlook", owner_id=session.info["user_id"])
        session.add(feed)
        session.flush()
        address, number = feed.address, feed.id
    reader = books.app.test_client()
    answer = reader.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert b"SUMMARY:Mine" in answer.data
    assert b"Not hers" not in answer.data
    assert b"BEGIN:VTIMEZONE" in answer.data
    assert reader.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert reader.get("/crm_agenda/feed/guessed.ics").status_code == 404
    with books.write() as session:
        session.get(CalendarFeed, number).stopped = True
    assert reader.get(address).status_code == 404
    with books.write() as session:
        session.get(CalendarFeed, number).stopped = False
        session.scalars(select(User).where(User.login == "lucia")).one().active = False
    assert reader.get(address).status_code == 404


def test_the_agenda_and_the_year_are_pages_and_a_drag_moves_one_time(tandem):
    books = tandem("crm_agenda")
    books.add_user("lucia", "crm_agenda.user")
    with books.write("lucia") as session:
        session.add(Event(subject="Standup", starts_at=datetime(2026, 3, 2, 12, tzinfo=UTC), rrule="FREQ=WEEKLY"))
    browser = books.client("lucia")
    for url in ("/crm_agenda/agenda/", "/crm_agenda/agenda/?scale=year&date=2026-01-01", "/crm_agenda/agenda/import"):
        assert browser.get(url).status_code == 200, url
    url = "/crm_agenda/agenda/events?start=2026-03-23T00:00&end=2026-03-30T00:00"
    (entry,) = browser.get(url).json["events"]
    assert (entry["start"], entry["title"]) == ("2026-03-23T09:00", "Standup")
    moved = browser.post(
        "/crm_agenda/agenda/move", data={"id": entry["id"], "start": "2026-03-24T11:00", "end": "2026-03-24T11:30"}
    )
    assert moved.status_code == 303, moved.data  # a form; a script gets JSON
    assert [each["start"] for each in browser.get(url).json["events"]] == ["2026-03-24T11:00"]
    assert browser.get("/crm_agenda/agenda/events?start=x").status_code == 422


def test_the_form_offers_reminders_in_words_and_keeps_minutes(tandem):
    books = tandem("crm_agenda")
    books.add_user("lucia", "crm_agenda.user")
    with books.write("lucia") as session:
        event = Event(subject="Standup", starts_at=datetime(2026, 3, 2, 12, tzinfo=UTC), reminders=[15, 77])
        session.add(event)
        session.flush()
        address = f"/crm_agenda/event/{event.id}"
    browser = books.client("lucia")
    page = browser.get(f"{address}?panel=details").text
    chosen = re.findall(r'<option selected value="(\d+)">([^<]+)', page)
    assert ("15", "15 minutes before") in chosen and ("77", "77 minutes before") in chosen
    assert '<option value="1440">1 day before</option>' in page
    token = re.search(r'name="revision" value="([^"]*)"', page)
    typed = {"subject": "Standup", "type": "meeting", "starts_at": "2026-03-02T09:00", "ends_at": "2026-03-02T09:30"}
    typed |= {"revision": token[1]} if token else {}
    for minutes, kept in ((["60", "1440"], [60, 1440]), ([], [])):
        assert browser.post(address, data={**typed, "reminders": minutes}).status_code == 303
        typed.pop("revision", None)
        with books.read() as session:
            assert session.get_one(Event, int(address.rsplit("/")[-1])).reminders == kept


def test_the_last_day_of_a_series_leaves_as_the_standard_has_it():
    assert interchanged("FREQ=DAILY;UNTIL=20261231", "America/Argentina/Buenos_Aires", False) == (
        "FREQ=DAILY;UNTIL=20270101T025959Z"
    )
    assert interchanged("FREQ=DAILY;UNTIL=20270101T025959Z", "America/Argentina/Buenos_Aires", True) == (
        "FREQ=DAILY;UNTIL=20261231"
    )
    assert interchanged("FREQ=WEEKLY;COUNT=3", "UTC", False) == "FREQ=WEEKLY;COUNT=3"
