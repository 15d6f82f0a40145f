"""What one does with the agenda: look, plan, move, finish, and exchange it with other calendars."""

from addons.crm_agenda import writing as writing
from addons.crm_agenda.operations.ics_reading import ReadEntry, read_calendar
from addons.crm_agenda.operations.ics_taking import CalendarReport, Skipped, import_calendar
from addons.crm_agenda.operations.ics_writing import agenda_of, calendar_text
from addons.crm_agenda.operations.occurrences import Occurrence, expanded, next_of, occurrences
from addons.crm_agenda.operations.planning import Clash, clashes, clashing, next_free_slot
from addons.crm_agenda.operations.scheduling import cancel_event, do_event, reopen_event, reschedule, single, split
from addons.crm_agenda.operations.tasks import do_task, drop_task, forget, open_tasks, postpone, remind, reopen_task

__all__ = [
    "CalendarReport",
    "Clash",
    "Occurrence",
    "ReadEntry",
    "Skipped",
    "agenda_of",
    "calendar_text",
    "cancel_event",
    "clashes",
    "clashing",
    "do_event",
    "do_task",
    "drop_task",
    "expanded",
    "forget",
    "import_calendar",
    "next_free_slot",
    "next_of",
    "occurrences",
    "open_tasks",
    "postpone",
    "read_calendar",
    "remind",
    "reopen_event",
    "reopen_task",
    "reschedule",
    "single",
    "split",
]
