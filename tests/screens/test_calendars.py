"""Calendars of lists: what touches their days, spans that an address says, entries made and moved, and graphs beside."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from core.screens.calendars.spans import Span, read_span

EVENTS, TASKS = "/crm_agenda/event/", "/crm_agenda/task/"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def agenda(tandem: Any) -> Any:
    """Events in the evening, over midnight, over the end of a month, and every Monday."""
    from addons.crm_agenda.models import Event

    made = tandem("crm_agenda")
    with made.write("admin") as session:
        for subject, start, end in (
            (
                "Late call",
                datetime(2026, 3, 1, 1, 30, tzinfo=UTC),
                datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
            ),  # 22:30 of the 28th
            ("Visit", datetime(2026, 3, 27, 14, 0, tzinfo=UTC), datetime(2026, 3, 27, 15, 0, tzinfo=UTC)),
            ("Fair", datetime(2026, 3, 30, 12, 0, tzinfo=UTC), datetime(2026, 4, 2, 12, 0, tzinfo=UTC)),
        ):
            session.add(Event(subject=subject, starts_at=start, ends_at=end, type="call" if "call" in subject else "visit"))
        monday = datetime(2026, 5, 4, 12, tzinfo=UTC)
        session.add(Event(subject="Week plan", starts_at=monday, rrule="FREQ=WEEKLY;COUNT=5"))
    return made


def feed(browser: Any, start: str, end: str, url: str = f"{EVENTS}?view=calendar&part=events") -> dict[str, Any]:
    return {each["title"]: each for each in browser.get(f"{url}&start={start}&end={end}").json["events"]}


def test_the_feed_holds_what_touches_its_days(agenda: Any) -> None:
    browser = agenda.client("admin")
    assert set(feed(browser, "2026-03-01T00:00", "2026-04-01T00:00")) == {"Visit", "Fair"}
    assert set(feed(browser, "2026-02-01", "2026-03-01")) == {"Late call"}
    assert set(feed(browser, "2026-04-01", "2026-04-30")) == {"Fair"}
    visit = feed(browser, "2026-03-27", "2026-03-28")["Visit"]
    assert (visit["start"], visit["end"], visit["note"]) == ("2026-03-27T11:00", "2026-03-27T12:00", "11:00")
    assert visit["url"].startswith(EVENTS)
    for wrong in ("start=x&end=y", "start=2026-01-01", "start=2020-01-01&end=2026-01-01"):
        assert browser.get(f"{EVENTS}?view=calendar&part=events&{wrong}").status_code == 422


def test_a_series_stands_on_each_of_its_days_and_filters_hold(agenda: Any) -> None:
    browser = agenda.client("admin")
    url = f"{EVENTS}?view=calendar&part=events"
    plans = browser.get(f"{url}&start=2026-05-01&end=2026-06-30").json["events"]
    assert [each["start"][:10] for each in plans] == ["2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25", "2026-06-01"]
    assert feed(browser, "2026-03-01", "2026-04-01", f"{url}&kinds=,call") == {}
    assert set(feed(browser, "2026-03-01", "2026-04-01", f"{url}&kinds=,visit")) == {"Visit", "Fair"}
    assert feed(browser, "2026-03-01", "2026-04-01", f"{url}&filter=calls") == {}


@pytest.mark.parametrize(
    ("scale", "first", "after", "before", "beyond"),
    [
        ("day", "2026-03-27", "2026-03-28", "2026-03-26", "2026-03-28"),
        ("workdays", "2026-03-23", "2026-03-28", "2026-03-16", "2026-03-30"),
        ("week", "2026-03-23", "2026-03-30", "2026-03-16", "2026-03-30"),
        ("month", "2026-03-01", "2026-04-01", "2026-02-01", "2026-04-01"),
        ("year", "2026-01-01", "2027-01-01", "2025-01-01", "2027-01-01"),
    ],
)
def test_a_span_and_its_neighbours(scale: str, first: str, after: str, before: str, beyond: str) -> None:
    span = read_span({"scale": scale, "date": "2026-03-27"}, date(2026, 1, 1), 0, "week")
    found = [span.first, span.after, span.moved(-1).first, span.moved(1).first]
    assert [day.isoformat() for day in found] == [first, after, before, beyond]
    assert Span("week", date(2026, 3, 27), 6).first == date(2026, 3, 22)  # where a week begins on Sunday


def test_without_javascript_a_span_is_a_list_of_days_and_a_year_counts(agenda: Any) -> None:
    browser = agenda.client("admin")
    page = browser.get(f"{EVENTS}?view=calendar&date=2026-03-12").text
    assert page.index("Visit") < page.index("Fair")
    assert 'datetime="2026-03-27"' in page
    assert "date=2026-02-01" in page
    assert "date=2026-04-01" in page
    year = browser.get(f"{EVENTS}?view=calendar&scale=year&date=2026-03-12").text
    assert year.count('class="t-month"') == 12
    assert "8 entries" in year
    assert browser.get(f"{EVENTS}?view=calendar&scale=decade").status_code == 422
    assert browser.get(f"{EVENTS}?view=calendar&date=yesterday").status_code == 422


def test_a_date_moves_and_a_refusal_says_why(agenda: Any) -> None:
    from addons.crm_agenda.models import Task

    with agenda.write("admin") as session:
        session.add(Task(subject="Ring", due=date(2026, 3, 27)))
    browser = agenda.client("admin")
    feed_url = f"{TASKS}?view=calendar&part=events"
    (ring,) = feed(browser, "2026-03-01", "2026-04-01", feed_url).values()
    assert (ring["all_day"], ring["start"], ring["end"]) == (True, "2026-03-27", "2026-03-28")
    moved = browser.post(
        f"{TASKS}?entry=move", {"id": ring["id"], "start": "2026-03-30", "end": "2026-03-31"}, headers=FETCH
    )
    assert moved.json["title"] == "Ring"
    asked = browser.get(f"{TASKS}?view=calendar&part=move&id={ring['id']}").text
    assert 'value="2026-03-30"' in asked
    with agenda.read() as session:
        assert session.scalars(select(Task.due)).one() == date(2026, 3, 30)
    for wrong in ({"id": "999", "start": "2026-03-30"}, {"id": ring["id"]}, {"id": ring["id"], "start": "soon"}):
        assert browser.post(f"{TASKS}?entry=move", wrong, headers=FETCH).status_code in (404, 422)


def test_an_entry_is_made_with_the_times_that_were_drawn(agenda: Any) -> None:
    from addons.crm_agenda.models import Event

    browser = agenda.client("admin")
    asked = browser.get(f"{EVENTS}?view=calendar&part=new&starts_at=2026-03-25T10:00&ends_at=2026-03-25T11:30").text
    assert 'value="2026-03-25T10:00"' in asked
    typed = {"subject": "Tour", "type": "visit", "starts_at": "2026-03-25T10:00", "ends_at": "2026-03-25T11:30"}
    made = browser.post(f"{EVENTS}?entry=new", typed, headers=FETCH)
    assert made.json["title"] == "Tour"
    with agenda.read() as session:
        tour = session.get(Event, made.json["made"])
        assert tour.starts_at == datetime(2026, 3, 25, 13, tzinfo=UTC)
    assert browser.post(f"{EVENTS}?entry=new", typed | {"subject": ""}, headers=FETCH).status_code == 422


@pytest.mark.parametrize(
    ("scope", "days"),
    [
        ("this", ["05-04", "05-12", "05-18", "05-25", "06-01"]),
        ("following", ["05-04", "05-12", "05-19", "05-26", "06-02"]),
        ("all", ["05-05", "05-12", "05-19", "05-26", "06-02"]),
    ],
)
def test_of_a_series_one_time_those_that_follow_or_all_are_moved(agenda: Any, scope: str, days: list[str]) -> None:
    browser = agenda.client("admin")
    url = "/crm_agenda/agenda/events?start=2026-05-01&end=2026-06-30"
    second = browser.get(url).json["events"][1]
    assert second["series"]
    values = {"id": second["id"], "start": "2026-05-12T09:00", "end": "2026-05-12T09:30", "scope": scope}
    moved = browser.post("/crm_agenda/agenda/move", values, headers=FETCH)
    assert [each["start"][5:10] for each in browser.get(url).json["events"]] == days
    back = {"id": moved.json["moved"], "start": second["start"], "end": second["end"], "scope": moved.json["scope"]}
    assert browser.post("/crm_agenda/agenda/move", back, headers=FETCH).status_code == 200
    monday = ["05-04", "05-11", "05-18", "05-25", "06-01"]
    assert [each["start"][5:10] for each in browser.get(url).json["events"]] == monday


def test_one_time_of_a_series_is_changed_by_itself(agenda: Any) -> None:
    browser = agenda.client("admin")
    url = "/crm_agenda/agenda/events?start=2026-05-01&end=2026-06-30"
    second = browser.get(url).json["events"][1]
    assert "Only this one" in browser.get(second["edits"]).text
    to = browser.post("/crm_agenda/agenda/change", {"id": second["id"], "scope": "this"}).headers["Location"]
    assert "2026-05-11T09:00" in browser.get(f"{to}?panel=details").text
    assert len(browser.get(url).json["events"]) == 5


def test_two_at_one_time_are_told_with_the_next_free_time(agenda: Any) -> None:
    from addons.crm_agenda.models import Event

    with agenda.write("admin") as session:
        start = datetime(2026, 3, 27, 14, 30, tzinfo=UTC)
        session.add(Event(subject="Meeting", starts_at=start, ends_at=start.replace(hour=15, minute=30)))
    page = agenda.client("admin").get("/crm_agenda/agenda/?date=2026-03-27").text
    assert "Two meet on 27 Mar" in page
    assert 'name="start" value="2026-03-27T12:00"' in page
