"""The agenda on calendars: events as often as they repeat, those that want somebody at one time, and when all are free."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from addons.crm_agenda.models import COLOURS, ICONS, TYPES, Event
from addons.crm_agenda.operations import Occurrence, clashing, next_free_slot, occurrences
from addons.crm_agenda.operations.planning import people_of
from core.db import actor
from core.errors import Missing
from core.i18n import _, translated
from core.operations import perform, verbs_of
from core.screens.calendars import Entry, Kind
from core.screens.calendars.entries import MovedEntry
from core.screens.fields.rights import rights

TOLD = 5
Among = Callable[[Collection[int]], Collection[int]]


@dataclass(frozen=True)
class ClashNote:
    """Two events that want somebody at one time, and where the second could go."""

    first: Entry
    second: Entry
    free: tuple[datetime, datetime] | None


class Events:
    """Where the agenda's entries come from: all events that the user sees, or some of them.

    `among` keeps those of some event numbers that a list asks for.
    """

    has_hours = True

    def __init__(
        self,
        session: Session,
        *,
        contact_id: int | None = None,
        user_ids: Sequence[int] | None = None,
        chosen: Collection[str] | None = None,
        among: Among | None = None,
    ) -> None:
        self.session, self.contact_id, self.user_ids, self.among = session, contact_id, user_ids, among
        self.chosen = chosen
        self.zone = ZoneInfo(actor(session).zone)
        self.seen: dict[tuple[date, date], list[Occurrence]] = {}

    @property
    def kinds(self) -> Sequence[Kind]:
        """The types of events, each with its sign."""
        chosen = self.chosen
        return [
            Kind(name, translated(label), COLOURS[name], ICONS[name], chosen is None or name in chosen)
            for name, label in TYPES.items()
        ]

    def planned(self, first: date, after: date) -> list[Occurrence]:
        """What takes place between two days, looked up once."""
        if (first, after) not in self.seen:
            self.seen[first, after] = self.looked_up(first, after)
        return self.seen[first, after]

    def looked_up(self, first: date, after: date) -> list[Occurrence]:
        """What takes place, as is asked for."""
        start, end = (datetime.combine(day, time(), self.zone) for day in (first, after))
        found = occurrences(self.session, start, end, contact_id=self.contact_id, user_ids=self.user_ids)
        if self.chosen is not None:
            found = [each for each in found if each.event.type in self.chosen]
        if self.among is not None:
            kept = self.among({each.event.id for each in found})
            found = [each for each in found if each.event.id in kept]
        return found

    def entries(self, first: date, after: date) -> list[Entry]:
        """Events on the company's clock; those that clash say so."""
        planned = self.planned(first, after)
        clash = clashing(planned)
        return [self.entry(each, (each.event.id, each.starts_at) in clash) for each in planned]

    @cached_property
    def may_move(self) -> bool:
        """Whether the user may move events at all."""
        return rights(self.session, Event).may("reschedule")

    def entry(self, each: Occurrence, clash: bool = False) -> Entry:
        """One time of an event."""
        event, id = each.event, entry_id(each)
        begins, ends = (moment.astimezone(self.zone).replace(tzinfo=None) for moment in (each.starts_at, each.ends_at))
        start: Any = begins
        end: Any = ends
        if event.all_day:
            start, end = each.day, each.day + timedelta(days=max((each.ends_at - each.starts_at).days, 1))
        who = event.contact.name if event.contact else ""
        return Entry(
            id=id,
            title=event.subject,
            start=start,
            end=end,
            url=f"/crm_agenda/event/{event.id}",
            colour=COLOURS[event.type],
            icon=event.icon,
            note=f"{begins:%H:%M} {who or event.location or ''}".strip(),
            lines=tuple(filter(None, (who, event.location, ", ".join(user.name for user in event.users)))),
            file=f"/crm_agenda/event/{event.id}.ics",
            kind=event.type,
            editable=event.state == "planned" and self.may_move,
            series=event.repeats,
            clash=clash,
            people=tuple(sorted(people_of(event))),
            edits=f"/crm_agenda/agenda/change?id={quoted(id)}" if event.repeats and self.may_move else "",
        )

    def counts(self, first: date, after: date) -> Mapping[date, int]:
        """How many begin on each day."""
        found = Counter(
            each.day if each.event.all_day else each.starts_at.astimezone(self.zone).date()
            for each in self.planned(first, after)
        )
        return {day: count for day, count in found.items() if first <= day < after}

    def find(self, id: str) -> Entry:
        """One time of an event."""
        event, recurrence_at = self.named(id)
        begins = recurrence_at or event.starts_at
        return self.entry(Occurrence(event, begins, begins + event.length, recurrence_at))

    def named(self, id: str) -> tuple[Event, datetime | None]:
        """The event of an entry, and which time of its series."""
        try:
            number, recurrence_at = read_entry_id(id)
        except ValueError as error:
            raise Missing(_("There is no such event.")) from error
        event: Event | None = self.session.get(Event, number)
        if event is None:
            raise Missing(_("There is no such event."))
        return event, recurrence_at

    def move(self, id: str, start: datetime | date, end: datetime | date, scope: str) -> MovedEntry:
        """Reschedule an event; of a series `this` time alone, unless more is said."""
        event, recurrence_at = self.named(id)
        whole = not isinstance(start, datetime)
        clock = event.clock if whole else self.zone
        begins, ends = (self.moment(each, clock) for each in (start, end))
        arguments: dict[str, Any] = {"starts_at": begins, "ends_at": ends}
        if recurrence_at is not None:
            arguments |= {"recurrence_at": recurrence_at, "scope": scope if scope in ("following", "all") else "this"}
        result = perform(self.session, verbs_of(Event)["reschedule"], event, arguments)
        moved: Event = result if isinstance(result, Event) else event
        again = entry_id(Occurrence(moved, begins, ends, begins if moved.repeats else None))
        return MovedEntry(again, moved.subject, "all" if moved.repeats else "")

    def moment(self, each: datetime | date, clock: ZoneInfo) -> datetime:
        """A time on the wall as a moment."""
        local = each if isinstance(each, datetime) else datetime.combine(each, time())
        return local.replace(tzinfo=clock)

    def clash_notes(self, first: date, after: date) -> list[ClashNote]:
        """The clashes of these days, each with the next time at which everybody of the second is free."""
        timed = [each for each in self.planned(first, after) if not each.event.all_day and each.event.state == "planned"]
        found: list[ClashNote] = []
        for index, each in enumerate(timed):
            for other in timed[index + 1 :]:
                if other.starts_at >= each.ends_at or len(found) >= TOLD:
                    break
                people = people_of(each.event) & people_of(other.event)
                if people and each.overlaps(other):
                    found.append(self.clash_note(each, other))
        return found

    def clash_note(self, each: Occurrence, other: Occurrence) -> ClashNote:
        """One clash."""
        length = other.ends_at - other.starts_at
        slot = next_free_slot(self.session, people_of(other.event), length, other.starts_at, besides=other.event)
        local = tuple(moment.astimezone(self.zone).replace(tzinfo=None) for moment in slot) if slot else None
        return ClashNote(self.entry(each), self.entry(other), local)  # type: ignore[arg-type]


def quoted(id: str) -> str:
    """An entry's id within an address."""
    return id.replace("+", "%2B")


def entry_id(each: Occurrence) -> str:
    """`12`, or `12@2026-03-25T12:00:00+00:00` for one time of a series."""
    if each.event.repeats and each.recurrence_at is not None:
        return f"{each.event.id}@{each.recurrence_at.isoformat()}"
    return str(each.event.id)


def read_entry_id(text: str) -> tuple[int, datetime | None]:
    """What `entry_id` wrote; ValueError if it is something else."""
    number, _at, moment = text.partition("@")
    if not number.isdigit() or len(number) > 9:
        raise ValueError(text)
    return int(number), datetime.fromisoformat(moment) if moment else None
