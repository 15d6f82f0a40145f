"""Noting a talk in one line: `called Ana, wants the catalogue, follow up Friday`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact, said
from addons.crm_contacts.operations.timeline import log
from addons.crm_contacts.signals import TalkLogged
from core.db import now, today
from core.i18n import _
from core.operations import verb
from core.signals import send
from core.values import fold

CALLS: Final = ("call", "phone", "rang", "llam", "telefon", "звон", "позвон", "созвон")
MEETINGS: Final = ("met ", "meeting", "visit", "reuni", "встре", "визит", "посет")
MAILS: Final = ("mail", "wrote", "correo", "escrib", "письм", "написал")
FOLLOW_UPS: Final = (
    "follow up",
    "follow-up",
    "call back",
    "seguimiento",
    "volver a llamar",
    "llamar",
    "retomar",
    "перезвон",
    "напомн",
    "вернуться",
)
WEEKDAYS: Final = (
    ("monday", "lunes", "понедельник"),
    ("tuesday", "martes", "вторник"),
    ("wednesday", "miercoles", "сред"),
    ("thursday", "jueves", "четверг"),
    ("friday", "viernes", "пятниц"),
    ("saturday", "sabado", "суббот"),
    ("sunday", "domingo", "воскресен"),
)
TOMORROW: Final = ("tomorrow", "manana", "завтра")
IN_DAYS: Final = re.compile(r"\b(?:in|en|dentro de|через)\s+(\d{1,3})\s+(?:day|dia|дн|ден)")
ISO_DAY: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


@dataclass(frozen=True)
class Jotting:
    """What a line says: whether it tells of a talk, its icon, and the day to come back to it."""

    kind: str
    icon: str
    text: str
    follow_up: date | None


def read_jotting(line: str, day: date) -> Jotting:
    """A line in English, Spanish or Russian; days of the week mean the next such day after `day`."""
    text = fold(line)
    kind, icon = "note", "note"
    for words, its_icon in ((CALLS, "phone"), (MEETINGS, "users"), (MAILS, "mail")):
        if any(text.startswith(word) for word in words):
            kind, icon = "talk", its_icon
            break
    return Jotting(kind, icon, line.strip(), _follow_up(text, day))


def _follow_up(text: str, day: date) -> date | None:
    """The day after a word that asks to come back; None if the line does not ask."""
    starts = [text.find(word) for word in FOLLOW_UPS if text.find(word) > 0]
    if not starts:
        return None
    asked = text[min(starts) :]
    if (written := ISO_DAY.search(asked)) is not None:
        try:
            return date(*map(int, written.groups()))
        except ValueError:
            return None
    if (span := IN_DAYS.search(asked)) is not None:
        return day + timedelta(days=int(span[1]))
    if any(word in asked for word in TOMORROW):
        return day + timedelta(days=1)
    for number, names in enumerate(WEEKDAYS):
        if any(name in asked for name in names):
            return day + timedelta(days=(number - day.weekday() - 1) % 7 + 1)
    return None


@verb(Contact, "jot", label="Log", icon="note", order=10)
def jot(session: Session, contact: Contact, *, line: str) -> None:
    """Notes one line; what begins like a call, a meeting or a mail counts as a talk."""
    said("line", line, _("Write what happened, such as: called Ana, wants the catalogue, follow up Friday."))
    jotting = read_jotting(line, today(session))
    _write(session, contact, jotting.kind, jotting.icon, jotting.text, None, jotting.follow_up)


@verb(Contact, "log_call", label="Log call", icon="phone", order=20)
def log_call(
    session: Session,
    contact: Contact,
    *,
    text: str,
    minutes: int | None = None,
    at: datetime | None = None,
    follow_up: date | None = None,
) -> None:
    """Notes a telephone call, how long it took, and when to come back to it."""
    said("text", text, _("Write in a few words what was said."))
    whole = f"{text.strip()} ({minutes} min)" if minutes else text.strip()
    _write(session, contact, "talk", "phone", whole, at, follow_up)


@verb(Contact, "note", label="Note", icon="note", order=30)
def write_note(session: Session, contact: Contact, *, text: str) -> None:
    """Writes a note into the history; it is no talk and does not move the last contact."""
    said("text", text, _("Write the note."))
    _write(session, contact, "note", "note", text.strip(), None, None)


def _write(
    session: Session, contact: Contact, kind: str, icon: str, text: str, at: datetime | None, follow_up: date | None
) -> None:
    """One entry and, for a talk, its signal."""
    moment = at or now()
    key = f"crm_contacts.contact:{contact.id}:{kind}:{now().isoformat()}"
    made = log(session, contact.id, kind=kind, icon=icon, text="{note}", parameters={"note": text}, at=moment, key=key)
    if made is not None and (kind == "talk" or follow_up is not None):
        send(session, TalkLogged(entry_id=made, contact_id=contact.id, text=text, follow_up=follow_up))
