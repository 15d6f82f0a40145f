"""Two cards of one contact become one: what moves, what is filled in, and how it is undone."""

from typing import Any

from sqlalchemy import Table, delete, insert, inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from addons.crm_contacts.models import Contact, ContactMerge, TimelineEntry, contact_tag
from addons.crm_contacts.operations.timeline import log
from addons.crm_contacts.signals import ContactMerged
from core.attachments import move_papers
from core.custom.uniting import part_added, unite_added
from core.db import now
from core.errors import FieldError, Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.signals import send

FILLED = (
    "job_title",
    "email",
    "phone",
    "mobile",
    "website",
    "street",
    "city",
    "state",
    "postcode",
    "country",
    "tax_id",
    "language",
    "birthday",
    "source",
    "assigned_to_id",
    "company_id",
)
FLAGS = ("customer", "supplier")


@verb(Contact, "merge", label="Merge with", icon="arrow-merge", when=lambda contact: not contact.is_merged, order=70)
def merge_contacts(session: Session, contact: Contact, *, other: Contact) -> Contact:
    """Takes over all of the other card: history, people, times, tags, notes, files, blank fields; the other is archived.

    Each addon that keeps links to contacts moves its own when it hears `ContactMerged`; what has been posted to the
    books stays where it was posted.
    """
    if other.id == contact.id:
        raise _refused(_("A contact cannot be merged with itself: choose the other card."))
    if other.is_merged:
        raise _refused(_("{name} was already merged into another card.", name=other.name))
    if contact.company_id == other.id or other.company_id == contact.id:
        raise _refused(_("{name} works there: a person and its company are two contacts.", name=other.name))
    merge = ContactMerge(kept_id=contact.id, gone_id=other.id, moved=[], filled={})
    session.add(merge)
    session.flush()
    relink(session, merge, Contact.company_id)
    relink(session, merge, TimelineEntry.contact_id)
    _move_lines(session, merge, contact, other)
    papers = [[table, "record_id", ids] for table, ids in move_papers(session, Contact, [other.id], contact.id) if ids]
    merge.moved = [*merge.moved, *papers]
    _unite_tags(session, merge)
    merge.filled = _fill(contact, other) | unite_added(session, contact, other)
    other.active, other.merged_into_id = False, contact.id
    session.flush()
    send(session, ContactMerged(merge_id=merge.id, kept_id=contact.id, gone_id=other.id))
    log(
        session,
        contact.id,
        kind="note",
        icon="arrow-merge",
        text="Merged with {name}",
        parameters={"name": other.name},
        key=f"crm_contacts.merge:{merge.id}",
    )
    session.expire(contact, ["windows", "tags", "shared_with"])
    return contact


def relink(session: Session, merge: ContactMerge | int, column: InstrumentedAttribute[Any]) -> int:
    """Point a column of links at the kept card instead of the merged one; remembers which rows, answers how many.

    For receivers of `ContactMerged`: `relink(session, signal.merge_id, Ticket.contact_id)`.
    """
    record = session.get_one(ContactMerge, merge) if isinstance(merge, int) else merge
    session.flush()
    table, name = column.property.columns[0].table, column.property.columns[0].name
    key = table.c.id
    ids = list(session.scalars(select(key).where(table.c[name] == record.gone_id).order_by(key)))
    if ids:
        _point(session, table, name, ids, record.kept_id)
        record.moved = [*record.moved, [table.name, name, ids]]
        session.flush()
        _forget(session, column.class_)
    return len(ids)


def _point(session: Session, table: Table, name: str, ids: list[int], contact_id: int) -> None:
    """Write a link of some rows; whoever has one of them open for editing is told so by its version."""
    values: dict[str, Any] = {name: contact_id}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    session.execute(update(table).where(table.c.id.in_(ids)).values(values))


def _forget(session: Session, model: Any) -> None:
    """Loaded records of a model are read anew."""
    for record in list(session.identity_map.values()):
        if isinstance(record, model) and not session.is_modified(record):
            session.expire(record)


def _move_lines(session: Session, merge: ContactMerge, contact: Contact, other: Contact) -> None:
    """Preferred times and shares that the kept card has not."""
    known = {(w.kind, w.weekday, w.opens, w.closes) for w in contact.windows}
    windows = [w.id for w in other.windows if (w.kind, w.weekday, w.opens, w.closes) not in known]
    users = {share.user_id for share in contact.shared_with}
    shares = [share.id for share in other.shared_with if share.user_id not in users]
    moves = [
        (inspect(type(contact)).relationships[name].mapper.local_table, ids)
        for name, ids in (("windows", windows), ("shared_with", shares))
        if ids
    ]
    for table, ids in moves:
        _point(session, table, "contact_id", ids, contact.id)  # type: ignore[arg-type]
        merge.moved = [*merge.moved, [table.name, "contact_id", ids]]  # type: ignore[attr-defined]
    session.flush()
    for card in (contact, other):
        session.expire(card, ["windows", "shared_with"])


def _unite_tags(session: Session, merge: ContactMerge) -> None:
    """The kept card gets the tags that it has not."""
    tags = contact_tag.c
    has = set(session.scalars(select(tags.tag_id).where(tags.contact_id == merge.kept_id)))
    gets = sorted(set(session.scalars(select(tags.tag_id).where(tags.contact_id == merge.gone_id))) - has)
    if gets:
        session.execute(insert(contact_tag), [{"contact_id": merge.kept_id, "tag_id": tag} for tag in gets])
        merge.moved = [*merge.moved, [contact_tag.name, "tag_id", gets]]


def _fill(contact: Contact, other: Contact) -> dict[str, Any]:
    """Blank fields of the kept card take the other's; answers field to [before, after] as JSON keeps it."""
    filled: dict[str, Any] = {}
    for name in FILLED:
        before, after = getattr(contact, name), getattr(other, name)
        if before in (None, "") and after not in (None, "") and not (name == "company_id" and after == contact.id):
            filled[name] = [before, after.isoformat() if name == "birthday" else after]
            setattr(contact, name, after)
    for name in FLAGS:
        if getattr(other, name) and not getattr(contact, name):
            filled[name] = [False, True]
            setattr(contact, name, True)
    if other.notes and other.notes != contact.notes:
        united = "\n\n".join(filter(None, (contact.notes, other.notes)))
        filled["notes"] = [contact.notes, united]
        contact.notes = united
    if other.last_contact_at and (contact.last_contact_at is None or contact.last_contact_at < other.last_contact_at):
        contact.last_contact_at = other.last_contact_at
    return filled


@verb(Contact, "unmerge", label="Undo merge", icon="arrow-fork", when=lambda contact: contact.is_merged, order=71)
def unmerge_contact(session: Session, contact: Contact) -> Contact:
    """Makes the merged card a contact of its own again: what had moved goes back, what was filled in is taken out."""
    merge = session.scalar(
        select(ContactMerge)
        .where(ContactMerge.gone_id == contact.id, ContactMerge.undone.is_(False))
        .order_by(ContactMerge.id.desc())
        .limit(1)
    )
    if merge is None:
        raise Refused(_("Nothing is known of a merge of {name}.", name=contact.name))
    kept = merge.kept
    for table_name, name, ids in merge.moved:
        _move_back(session, merge, Contact.metadata.tables[table_name], name, ids)
    part_added(session, kept, merge.filled)
    for name, (before, after) in merge.filled.items():
        if "." in name:
            continue
        now_there = getattr(kept, name)
        if (now_there.isoformat() if name == "birthday" and now_there else now_there) == after:
            setattr(kept, name, before)
    contact.active, contact.merged_into_id, merge.undone = True, None, True
    session.flush()
    session.expire_all()
    log(
        session,
        kept.id,
        kind="note",
        icon="arrow-fork",
        text="The merge with {name} was undone",
        parameters={"name": contact.name},
        at=now(),
        key=f"crm_contacts.unmerge:{merge.id}",
    )
    return contact


def _move_back(session: Session, merge: ContactMerge, table: Table, name: str, ids: list[int]) -> None:
    """Rows that still point at the kept card point at the merged one again; tags it only lent are taken back."""
    if table is contact_tag:
        tags = contact_tag.c
        session.execute(delete(contact_tag).where(tags.contact_id == merge.kept_id, tags.tag_id.in_(ids)))
        return
    still = list(session.scalars(select(table.c.id).where(table.c.id.in_(ids), table.c[name] == merge.kept_id)))
    if still:
        _point(session, table, name, still, merge.gone_id)


def _refused(sentence: Any) -> Invalid:
    """A wrong choice of the other card."""
    return Invalid(sentence, [FieldError("other", sentence)])
