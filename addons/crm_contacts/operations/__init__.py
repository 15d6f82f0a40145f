"""What one does with contacts: keep their history, note a talk, merge duplicates, know when to call."""

from addons.crm_contacts.file_rows import code_of_country
from addons.crm_contacts.operations.calling import next_window
from addons.crm_contacts.operations.duplicates import Duplicate, duplicates_of, suspects
from addons.crm_contacts.operations.merging import merge_contacts, relink, unmerge_contact
from addons.crm_contacts.operations.people import WITH_PEOPLE
from addons.crm_contacts.operations.seeing import of_seen, seen
from addons.crm_contacts.operations.talking import Jotting, jot, log_call, read_jotting, write_note
from addons.crm_contacts.operations.timeline import Happening, begin_histories, history_of, log, log_many, mark_role

__all__ = [
    "WITH_PEOPLE",
    "Duplicate",
    "Happening",
    "Jotting",
    "begin_histories",
    "code_of_country",
    "duplicates_of",
    "history_of",
    "jot",
    "log",
    "log_call",
    "log_many",
    "mark_role",
    "merge_contacts",
    "next_window",
    "of_seen",
    "read_jotting",
    "relink",
    "seen",
    "suspects",
    "unmerge_contact",
    "write_note",
]
