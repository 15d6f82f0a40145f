"""What a user's session writes is confirmed: the record as stored, the record as it became, and what it points at."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstanceState, Mapper

from core.access.confirm import confirm, identity
from core.access.guard import UserSession
from core.access.policy import Policy
from core.access.rules import set_viewer
from core.access.schema import CREATE, DELETE, READ, UPDATE, is_scoped
from core.access.vet import collections, references
from core.access.words import model_word, not_allowed
from core.db import declared
from core.errors import Denied
from core.i18n import _

STAMPS = frozenset({"created_at", "created_by_id", "updated_at", "updated_by_id", "version", "company_id"})
Change = tuple[str, Any]


@event.listens_for(UserSession, "before_flush")
def vet_stored(session: UserSession, *_arguments: Any) -> None:
    """Every operation is granted, and the records to change lie within the rule as they are stored now."""
    if session.is_trusted:
        return
    set_viewer(session.viewer)
    batches: dict[tuple[type, str], set[Any]] = defaultdict(set)
    with session.no_autoflush:
        for operation, record in pending(session):
            asked = operation_on(session, record, operation)
            if asked and not session.policy.may(type(record), asked):
                raise not_allowed(type(record), operation)
            if asked and operation != CREATE:
                batches[type(record), asked].add(identity(record))
        for (model, operation), keys in batches.items():
            confirm(session, model, operation, keys)


@event.listens_for(UserSession, "after_flush")
def vet_written(session: UserSession, context: Any) -> None:
    """The records as they have become, before anybody else can see them; keys that relations set are known."""
    if session.is_trusted:
        return
    set_viewer(session.viewer)
    batches: dict[tuple[type, str], set[Any]] = defaultdict(set)
    made = {(type(record), identity(record)) for record in session.new}
    for operation, record in written(session, context):
        vet_fields(session.policy, record, operation)
        asked = operation_on(session, record, operation)
        if asked and not (operation == CREATE and session.is_in_company(record, asked)):
            batches[type(record), asked].add(identity(record))
        for other, key in pointed_at(record, operation):
            if (other, key) not in made:
                batches[other, READ].add(key)
    for (model, operation), keys in batches.items():
        confirm(session, model, operation, keys)


def pending(session: UserSession) -> list[Change]:
    """What the flush will do: new, changed and deleted records, and what a collection takes or leaves."""
    changed = [record for record in session.dirty if session.is_modified(record)]
    changes: list[Change] = [(CREATE, record) for record in session.new]
    changes += [(UPDATE, record) for record in changed]
    changes += [(DELETE, record) for record in session.deleted]
    known = {id(record) for _operation, record in changes}
    for record in (*session.new, *changed):
        for operation, child in moved_children(record):
            if id(child) not in known or operation == DELETE:
                known.add(id(child))
                changes.append((operation, child))
    return changes


def moved_children(record: Any) -> Iterator[Change]:
    """Stored records that are put into, or taken out of, a collection of this one."""
    state: InstanceState[Any] = inspect(record)
    for relation in collections(type(record), False):
        history = state.attrs[relation.key].history
        for child in (*history.added, *history.deleted):
            if child is not None and inspect(child).persistent:
                orphan = child in history.deleted and relation.cascade.delete_orphan
                yield (DELETE if orphan else UPDATE), child


def written(session: UserSession, context: Any) -> Iterator[Change]:
    """What the flush has written and is still there."""
    gone = {state for state, (is_delete, _listonly) in context.states.items() if is_delete}
    for operation, records in ((CREATE, session.new), (UPDATE, session.dirty)):
        for record in records:
            state: InstanceState[Any] = inspect(record)
            if state.modified and state not in gone:
                yield operation, record


def operation_on(session: UserSession, record: Any, operation: str) -> str | None:
    """What is asked of the grant: a line that goes changes its document. None if that answers for it."""
    follows = session.policy.follows(type(record))
    if follows is None or operation == UPDATE:
        return operation
    parent = inspect(record).dict.get(follows.relation)
    if operation == DELETE:
        return DELETE if parent is not None and parent in session.deleted else UPDATE
    if parent is not None and parent in session.new:
        return None
    return UPDATE


def vet_fields(policy: Policy, record: Any, operation: str) -> None:
    """Hidden and read-only fields were not set; a new record may leave them empty."""
    state: InstanceState[Any] = inspect(record)
    for key in policy.unwritable(type(record)) - STAMPS:
        history = state.attrs[key].history
        empty = operation == CREATE and list(history.added) in ([], [None])
        if history.has_changes() and not empty and not is_derived(state.mapper, key):
            raise Denied(_("You may not change {field} of {model}", field=key, model=model_word(type(record))))


def is_derived(mapper: Mapper[Any], key: str) -> bool:
    """Whether the kernel computes the field."""
    return key in mapper.column_attrs and "derived_from" in declared(mapper.column_attrs[key]).info


def pointed_at(record: Any, operation: str) -> Iterator[tuple[type, Any]]:
    """The records that this one names since the flush: nobody points at what he may not see."""
    state: InstanceState[Any] = inspect(record)
    model = type(record)
    for name, other in references(model):
        if name == "company_id" and is_scoped(model):
            continue  # confirmed with the record itself
        value = state.dict.get(name)
        changed = operation == CREATE or state.attrs[name].history.added
        if value is not None and changed:
            yield other, value
    for relation in collections(model, True):
        for linked in state.attrs[relation.key].history.added:
            yield type(linked), identity(linked)
