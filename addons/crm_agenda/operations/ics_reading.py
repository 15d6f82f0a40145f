"""Foreign iCalendar files: each entry is read by itself, and what cannot be taken says why."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from addons.crm_agenda.rrules import checked_rule
from addons.crm_agenda.zones import iana_name
from core.errors import Invalid, TandemError
from core.i18n import _

FOLD = re.compile(r"\r?\n[ \t]")
RULE = re.compile(r"RRULE(?:;[^:]*)?:(.*)", re.IGNORECASE)
LONGEST_FILE = 20 << 20
MOST_ENTRIES = 50_000
PRIORITIES = ((1, "urgent"), (4, "high"), (6, "normal"), (9, "low"))


@dataclass
class ReadEntry:
    """One event or task as the file tells it; `problem` says why it cannot be taken."""

    kind: str
    uid: str = ""
    subject: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    recurrence_at: datetime | None = None
    attendees: tuple[str, ...] = ()
    problem: str = ""


def read_calendar(data: bytes, zone: str) -> list[ReadEntry]:
    """The entries of a file; `zone` is the clock of times without one. Invalid if the file is no calendar at all."""
    if len(data) > LONGEST_FILE:
        raise Invalid(_("The calendar is larger than {size} MB: export a shorter period.", size=LONGEST_FILE >> 20))
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data, multiple=True)
    except Exception as error:  # a foreign file may break the parser in any of its parts
        raise Invalid(_("This is no calendar that can be read: {reason}", reason=_reason(error))) from error
    if not calendars:
        raise Invalid(_("This is no calendar that can be read: {reason}", reason=_("it is empty or cut off")))
    rules = raw_rules(data.decode("utf-8", "replace"))
    found: list[ReadEntry] = []
    for calendar in calendars:
        clock = _zone_named(str(calendar.get("X-WR-TIMEZONE", ""))) or zone
        for component in calendar.walk():
            if component.name in ("VEVENT", "VTODO") and len(found) < MOST_ENTRIES:
                rule = next(rules, "") if component.name == "VEVENT" else ""
                found.append(_read(component, clock, rule))
    return found


def raw_rules(text: str) -> Iterator[str]:
    """The rule of each VEVENT as it was written, empty where there is none: parsing and writing would reorder it."""
    inside: list[str] = []
    rule = ""
    for line in FOLD.sub("", text).splitlines():
        upper = line.strip().upper()
        if upper.startswith("BEGIN:"):
            inside.append(upper[6:])
            rule = "" if inside[-1] == "VEVENT" else rule
        elif upper.startswith("END:") and inside:
            if inside.pop() == "VEVENT":
                yield rule
        elif inside and inside[-1] == "VEVENT" and (match := RULE.fullmatch(line.strip())) and not rule:
            rule = match[1].strip()


def _read(component: Any, zone: str, rule: str) -> ReadEntry:
    """One component; whatever its parts raise becomes the reason why it is left out."""
    entry = ReadEntry("event" if component.name == "VEVENT" else "task")
    try:
        entry.uid = str(component.get("UID", "")).strip()
        entry.subject = str(component.get("SUMMARY", "")).strip()
        broken = [f"{name}: {message}" for name, message in component.errors]
        if broken:
            raise Invalid("; ".join(broken))
        reader = _event_values if entry.kind == "event" else _task_values
        reader(component, entry, zone, rule)
    except TandemError as error:
        entry.problem = str(error)
    except Exception as error:
        entry.problem = _reason(error)
    return entry


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _event_values(component: Any, entry: ReadEntry, zone: str, rule: str) -> None:
    """The values of an Event."""
    if "DTSTART" not in component:
        raise Invalid(_("The event has no beginning."))
    first = component["DTSTART"].dt
    clock = _zone_of(first, zone)
    all_day = not isinstance(first, datetime)
    starts = _moment(first, clock)
    entry.values = {
        "starts_at": starts,
        "ends_at": _end(component, first, starts, clock),
        "all_day": all_day,
        "zone": clock,
        "rrule": checked_rule(rule),
        "rdates": _dates(component.get("RDATE"), starts, clock),
        "exdates": _dates(component.get("EXDATE"), starts, clock),
        "location": str(component.get("LOCATION", "")) or None,
        "notes": str(component.get("DESCRIPTION", "")) or None,
        "reminders": _reminders(component),
        "revision": int(component.get("SEQUENCE", 0)),
        "state": "cancelled" if str(component.get("STATUS", "")).upper() == "CANCELLED" else "planned",
    }
    if "RECURRENCE-ID" in component:
        entry.recurrence_at = _recurrence(component["RECURRENCE-ID"].dt, starts, clock, all_day)
    entry.attendees = tuple(_addresses(component.get("ATTENDEE")))


def _recurrence(value: Any, starts: datetime, clock: str, all_day: bool) -> datetime:
    """Which time of the series is replaced; a bare day for a timed event means that day's."""
    if not isinstance(value, datetime) and not all_day:
        local = starts.astimezone(ZoneInfo(clock))
        return datetime.combine(value, local.time(), ZoneInfo(clock)).astimezone(UTC)
    return _moment(value, clock)


def _end(component: Any, first: Any, starts: datetime, clock: str) -> datetime:
    """When it is over: DTEND, else DURATION, else a whole day or no time at all."""
    if "DTEND" in component:
        ends = _moment(component["DTEND"].dt, clock)
        return max(ends, starts)
    if "DURATION" in component:
        span: timedelta = component["DURATION"].dt
        return max(starts + span, starts)
    return starts if isinstance(first, datetime) else starts + timedelta(days=1)


def _zone_of(value: Any, fallback: str) -> str:
    """The IANA name of the clock of a time, also where the file defines a zone of its own."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        return fallback
    return iana_name(value.tzinfo, value, fallback)


def _zone_named(name: str) -> str:
    return name if name in available_timezones() else ""


def _moment(value: Any, clock: str) -> datetime:
    """A day begins at midnight of the clock; a time without a zone is on it."""
    zone = ZoneInfo(clock)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC)
    raise Invalid(_("{value} is neither a day nor a time.", value=str(value)))


def _dates(values: Any, starts: datetime, clock: str) -> list[str]:
    """RDATE or EXDATE as local times; of a period only its beginning counts, a bare day means that day's time."""
    groups = values if isinstance(values, list) else [values] if values is not None else []
    moments = [each.dt[0] if isinstance(each.dt, tuple) else each.dt for group in groups for each in group.dts]
    at = starts.astimezone(ZoneInfo(clock)).time()
    local = (
        _moment(moment, clock).astimezone(ZoneInfo(clock)).replace(tzinfo=None)
        if isinstance(moment, datetime)
        else datetime.combine(moment, at)
        for moment in moments
    )
    return sorted({moment.isoformat() for moment in local})


def _reminders(component: Any) -> list[int]:
    """Minutes before the event of its alarms; those at a fixed time or after it are left out."""
    spans = (alarm["TRIGGER"].dt for alarm in component.walk("VALARM") if "TRIGGER" in alarm)
    minutes = {int(-span.total_seconds() // 60) for span in spans if isinstance(span, timedelta)}
    return sorted(m for m in minutes if 0 <= m <= 366 * 24 * 60)


def _addresses(values: Any) -> Iterator[str]:
    """The mail addresses of who was invited."""
    for value in values if isinstance(values, list) else [values] if values is not None else []:
        address = str(value)
        if address.lower().startswith("mailto:"):
            yield address[7:].strip().casefold()


def _task_values(component: Any, entry: ReadEntry, zone: str, rule: str) -> None:
    """The values of a Task."""
    due = component["DUE"].dt if "DUE" in component else None
    day = due.astimezone(ZoneInfo(zone)).date() if isinstance(due, datetime) and due.tzinfo else due
    status = str(component.get("STATUS", "")).upper()
    number = int(component.get("PRIORITY", 0)) or 5
    done = status == "COMPLETED" or "COMPLETED" in component
    entry.values = {
        "due": day.date() if isinstance(day, datetime) else day,
        "notes": str(component.get("DESCRIPTION", "")) or None,
        "priority": next((name for limit, name in PRIORITIES if number <= limit), "low"),
        "state": "done" if done else "dropped" if status == "CANCELLED" else "open",
    }
