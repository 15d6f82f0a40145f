"""Contacts come in from Outlook, Google, Thunderbird, telephones and spreadsheets, in the languages that these speak."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from addons.crm_contacts.column_names import ALIASES
from addons.crm_contacts.column_words import column_named
from addons.crm_contacts.file_rows import prepared
from addons.crm_contacts.models import Contact
from addons.crm_contacts.signals import ContactCreated
from core.importing.importer import Importer
from core.importing.signals import RecordsImported
from core.signals import hears, send


def not_merged(columns: Any) -> ColumnElement[bool]:
    """A card that was merged into another is not found again; the other one is."""
    is_kept: ColumnElement[bool] = columns.merged_into_id.is_(None)
    return is_kept


def name_beside_first_name(columns: dict[str, list[int]]) -> None:
    """A « Name » beside a first name is the last one, unless the file has that, too."""
    if "name" in columns and "first_name" in columns and "last_name" not in columns:
        columns["last_name"] = columns.pop("name")


importer = Importer(
    Contact,
    aliases=ALIASES,
    recognise=column_named,
    settle=name_beside_first_name,
    joined=frozenset({"email", "email_2", "phone", "home_phone", "phone_2", "mobile"}),
    alone={"title": "job_title", "party": "name"},
    keys=("tax_key", "email_key", ("mobile_key", "name_folded"), ("phone_key", "name_folded")),
    lone=("name_folded", "city"),
    lookups={"assigned_to": "login"},
    makes={"company": {"kind": "company"}, "tags": {}},
    prepare=prepared,
    candidates=not_merged,
    counted="kind",
)


@hears(RecordsImported)
def announce_contacts(session: Session, signal: RecordsImported) -> None:
    """New cards that came in by a file are told of all at once."""
    if signal.model == Contact.label() and signal.created:
        send(session, ContactCreated(contact_ids=tuple(signal.created)))
