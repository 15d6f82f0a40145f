"""What a contact's page shows beside its fields: its history, its people, and cards that may be its twins."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask import has_request_context, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import TIMELINE_KINDS, Contact
from addons.crm_contacts.operations import Happening, duplicates_of, history_of, next_window
from core.attachments import Attachment, Paper, files_of, notes_of
from core.db import actor, today
from core.i18n import _, current_language
from core.screens.fields.formats import LOCALES
from core.screens.forms.conflicts import names_of
from core.screens.panels import panel
from core.screens.records.papers import paper_count

PEOPLE_SHOWN = 4
PAPERS_SHOWN, PAPER_LENGTH = 20, 300
WINDOWS = ("delivery", "collection")
TONES = {"talk": "talk", "document": "document", "money": "document"}


@dataclass
class Day:
    """What happened on one day."""

    label: Any
    lines: list[dict[str, Any]] = field(default_factory=list)


@panel(Contact, "timeline", label="History", order=10, first=True, icon="history")
def timeline(session: Session, contact: Contact) -> dict[str, Any]:
    """Talks, documents, money, tickets and notes by day, the latest first."""
    show = request.args.get("show", "") if has_request_context() else ""
    show = show if show in TIMELINE_KINDS else ""
    beside = _beside(session, contact)  # first: of its people, whom the history names, none need be fetched again
    zone = ZoneInfo(actor(session).zone)
    lines = [(each.entry.at, _line(each, contact, zone)) for each in history_of(session, contact, show)]
    if show in ("", "note"):
        lines += _papers(session, contact, zone)
    lines.sort(key=lambda each: each[0], reverse=True)
    days = list(_days(session, lines))
    return {"days": days, "show": show, "kinds": TIMELINE_KINDS, "contact": contact} | beside


def _beside(session: Session, contact: Contact) -> dict[str, Any]:
    """What stands beside the history: the next step if an addon knows one, people, times, who else sees the contact."""
    composition = session.info.get("composition")
    step = composition.figures.get(Contact, {}).get("next_step") if composition is not None else None
    wanted = select(Contact).where(Contact.company_id == contact.id, Contact.active).order_by(Contact.name_folded)
    now = today(session)
    return {
        "next_step": step(session, contact) if step is not None else None,
        "people": list(session.scalars(wanted.limit(PEOPLE_SHOWN))) if contact.kind == "company" else [],
        "windows": [(kind, found) for kind in WINDOWS if (found := next_window(contact, kind, now)) is not None],
        "sharers": [share for share in contact.shared_with if share.until is None or share.until >= now],
    }


def _papers(session: Session, contact: Contact, zone: ZoneInfo) -> list[tuple[datetime, dict[str, Any]]]:
    """What was written and filed under Notes and files, the latest of it."""
    if not paper_count(session, contact):
        return []
    papers: list[Paper] = [*notes_of(session, contact), *files_of(session, contact)]
    latest = sorted(papers, key=lambda paper: paper.at, reverse=True)[:PAPERS_SHOWN]
    names = names_of(session, {paper.by_id for paper in latest if paper.by_id})
    found = []
    for paper in latest:
        is_file = isinstance(paper, Attachment)
        title = getattr(paper, "name", "") if is_file else getattr(paper, "text", "")[:PAPER_LENGTH]
        note = " · ".join(filter(None, (f"{paper.at.astimezone(zone):%H:%M}", names.get(paper.by_id or 0, ""))))
        said = {"icon": "paperclip" if is_file else "note", "tone": "document" if is_file else "", "title": title}
        found.append((paper.at, {**said, "url": "?panel=notes", "note": note, "amount": None, "currency": None}))
    return found


def _days(session: Session, lines: list[tuple[datetime, dict[str, Any]]]) -> Iterator[Day]:
    """Grouped by the days of the company's clock."""
    zone, now = ZoneInfo(actor(session).zone), today(session)
    for day, found in groupby(lines, key=lambda each: each[0].astimezone(zone).date()):
        yield Day(day_label(day, now), [line for _at, line in found])


def day_label(day: date, now: date) -> Any:
    """Today, Yesterday, `20 March`, or with the year if it is another one."""
    if day == now:
        return _("Today")
    if day == now - timedelta(days=1):
        return _("Yesterday")
    if day.year != now.year:
        return format_date(day, "long", locale=LOCALES[current_language()])
    return format_skeleton("MMMMd", day, locale=LOCALES[current_language()])


def _line(happening: Happening, contact: Contact, zone: ZoneInfo) -> dict[str, Any]:
    """One line of a day."""
    entry = happening.entry
    about = happening.about.name if entry.contact_id != contact.id else ""
    when = f"{entry.at.astimezone(zone):%H:%M}"
    return {
        "icon": entry.icon,
        "tone": TONES.get(entry.kind, ""),
        "title": entry.sentence,
        "url": entry.url,
        "note": " · ".join(filter(None, (when, happening.who, about))),
        "amount": entry.amount,
        "currency": entry.currency,
    }


def people_count(session: Session, contact: Contact) -> Select[int]:
    """How many people are known of a company."""
    return select(func.count(Contact.id)).where(Contact.company_id == contact.id, Contact.active)


@panel(Contact, "people", label="People", order=20, count=people_count, icon="users")
def people(session: Session, contact: Contact) -> dict[str, Any]:
    """Who works at a company, and when it likes to be called on."""
    wanted = select(Contact).where(Contact.company_id == contact.id, Contact.active).order_by(Contact.name_folded)
    now = today(session)
    return {
        "contact": contact,
        "people": list(session.scalars(wanted)) if contact.kind == "company" else [],
        "windows": [(kind, found) for kind in WINDOWS if (found := next_window(contact, kind, now)) is not None],
    }


@panel(Contact, "duplicates", label="Duplicates", order=90, icon="copy")
def duplicates(session: Session, contact: Contact) -> dict[str, Any]:
    """Cards that may be the same contact."""
    return {"contact": contact, "duplicates": [] if contact.is_merged else duplicates_of(session, contact)}
