"""The session of a user: every statement passes here, and is narrowed to what the user may see, or refused.

What is written is confirmed in `flush`. This stops mistakes, not hostile Python.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from core.access.confirm import confirm, identity
from core.access.policy import Narrowing, Policy
from core.access.rules import Viewer, set_viewer
from core.access.schema import DELETE, UPDATE
from core.access.vet import joined, models_loaded, models_of, references
from core.access.words import model_word, not_allowed
from core.db import Database, TandemSession, declared
from core.errors import Denied
from core.i18n import _

KEPT = 4000


class UserSession(TandemSession):
    """A session in which only what the user's policy allows is read and written.

    `info` holds `policy`, `user_id`, `company_id` and perhaps `company_ids` (when several companies are seen).
    """

    @property
    def policy(self) -> Policy:
        """What the user may do."""
        policy: Policy = self.info["policy"]
        return policy

    @property
    def is_trusted(self) -> bool:
        """Whether the kernel acts for the user now: see `core.db.trusted`."""
        return bool(self.info.get("trusted"))

    @property
    def viewer(self) -> Viewer:
        """The values behind the bound parameters of record rules."""
        one = self.info.get("company_id")
        companies = self.info.get("company_ids") or (() if one is None else (one,))
        return Viewer(self.info.get("user_id"), tuple(companies))

    def connection(self, *arguments: Any, **options: Any) -> Connection:
        """Closed, as statements on it are not vetted; kernel code asks `kernel_connection`."""
        self._refuse_unless_trusted()
        return super().connection(*arguments, **options)

    def bulk_save_objects(self, *arguments: Any, **options: Any) -> None:
        """Closed: bulk writes go around the flush."""
        self._refuse_unless_trusted()
        super().bulk_save_objects(*arguments, **options)

    def bulk_insert_mappings(self, *arguments: Any, **options: Any) -> None:
        """Closed: bulk writes go around the flush."""
        self._refuse_unless_trusted()
        super().bulk_insert_mappings(*arguments, **options)

    def bulk_update_mappings(self, *arguments: Any, **options: Any) -> None:
        """Closed: bulk writes go around the flush."""
        self._refuse_unless_trusted()
        super().bulk_update_mappings(*arguments, **options)

    def demand(self, subject: Any, operation: str) -> None:
        """Denied unless the user may do this to the record, as it is stored; for a model: to some record of it."""
        if self.is_trusted:
            return
        model = subject if isinstance(subject, type) else type(subject)
        if not self.policy.may(model, operation):
            raise not_allowed(model, operation)
        if model is not subject:
            self.flush()
            if inspect(subject).persistent and self.is_in_company(subject, operation):
                return
            set_viewer(self.viewer)
            confirm(self, model, operation, [identity(subject)])

    def is_in_company(self, record: Any, operation: str) -> bool:
        """Whether nothing but its company decides on a record that is in the database, and that is one of the user's."""
        is_ours = inspect(record).dict.get("company_id") in self.viewer.company_ids
        return is_ours and self.policy.asks_company(type(record), operation)

    def may(self, subject: Any, operation: str) -> bool:
        """Whether `demand` would be content."""
        try:
            self.demand(subject, operation)
        except Denied:
            return False
        return True

    def settle(self) -> None:
        """Write what is pending, vetted or not as the session is trusted now."""
        if not self._flushing:
            self.flush()

    def _refuse_unless_trusted(self) -> None:
        if not self.is_trusted:
            raise Denied("this way around the flush is closed in a user's session")


@contextmanager
def reading(database: Database, policy: Policy, **info: Any) -> Iterator[UserSession]:
    """A session in which a user reads."""
    with database.read(UserSession, policy=policy, **info) as session:
        assert isinstance(session, UserSession)
        yield session


@contextmanager
def writing(database: Database, policy: Policy, **info: Any) -> Iterator[UserSession]:
    """A transaction in which a user writes."""
    with database.write(UserSession, policy=policy, **info) as session:
        assert isinstance(session, UserSession)
        yield session


@event.listens_for(UserSession, "do_orm_execute")
def guard(state: ORMExecuteState) -> None:
    """Narrow a statement, or refuse it; one marked `kept` is vetted once per policy, as a statement never changes."""
    session = state.session
    assert isinstance(session, UserSession)
    set_viewer(session.viewer)
    if session.is_trusted:
        return
    policy, asked = session.policy, state.statement
    if state.is_relationship_load or state.is_column_load:
        if not session._flushing:  # a flush must find all links of a record that it deletes
            narrow_load(state, policy)
        return
    known = policy.vetted.get(asked)
    if known is not None:
        state.statement = known
        return
    if not state.is_orm_statement:
        raise Denied("no text() and no Table in a user's session; name models")
    if state.is_insert or state.is_executemany:
        raise Denied("bulk writes by key go around the flush; use session.add or update().where()")
    said = asked.get_execution_options()
    options: list[Any] = policy.criteria(models_of(asked, policy), said.get("by_set", False))
    if state.is_update or state.is_delete:
        options.append(vet_bulk_write(state, policy))
    if options:
        state.statement = asked.options(*options)
    if state.is_select and said.get("kept"):
        remember(policy, asked, state.statement)


def remember(policy: Policy, asked: Any, vetted: Any) -> None:
    """Keep what a statement became; all is forgotten when there are too many."""
    if len(policy.vetted) >= KEPT:
        policy.vetted.clear()
    policy.vetted[asked] = vetted


def narrow_load(state: ORMExecuteState, policy: Policy) -> None:
    """Related records and columns fetched later: narrowed again unless the criteria travelled with the first statement.

    A record that was just made, or was loaded where the kernel was trusted, brought none along.
    """
    if state.is_column_load:  # the row itself was vetted; hidden fields meet `vet_loaded`
        mapper = state.bind_mapper
        wanted = joined(mapper.class_) - {mapper.class_} if mapper else frozenset()
    else:
        wanted = models_loaded(state.statement, policy)
    brought = {id(option) for option in state.statement._with_options}
    missing = [option for option in policy.criteria(wanted) if id(option) not in brought]
    if missing:
        state.statement = state.statement.options(*missing)


def vet_bulk_write(state: ORMExecuteState, policy: Policy) -> Narrowing:
    """UPDATE and DELETE by WHERE: the operation, the fields, and nothing that could move a record out of the rule."""
    operation = UPDATE if state.is_update else DELETE
    assert state.bind_mapper is not None
    target = state.bind_mapper.class_
    if not policy.may(target, operation):
        raise not_allowed(target, operation)
    pointing = {name for name, _other in references(target)}
    for column in getattr(state.statement, "_values", None) or ():
        if column.key in policy.unwritable(target):
            raise Denied(_("You may not change {field} of {model}", field=column.key, model=model_word(target)))
        if column.key in pointing or column.key in policy.ruled_by(target, operation):
            field = f"{target.__name__}.{column.key}"
            raise Denied(f"{field} decides who sees a record, or names another: set it on records, not in bulk")
    predicate = policy.predicate(target, operation)
    return Narrowing(target, predicate, include_aliases=True)


@event.listens_for(Mapper, "mapper_configured")
def watch_sensitive(mapper: Mapper[Any], model: type) -> None:
    """Only models with sensitive columns are watched as they load."""
    if any(declared(a).info.get("sensitive") for a in mapper.column_attrs):
        event.listen(model, "load", vet_loaded, propagate=True)
        event.listen(model, "refresh", vet_loaded, propagate=True)


def vet_loaded(record: Any, *_arguments: Any) -> None:
    """Sensitive fields are deferred, so one that is hidden arrives only when somebody asks for it."""
    session = object_session(record)
    if not isinstance(session, UserSession) or session.is_trusted:
        return
    for key in session.policy.hidden(type(record)) & inspect(record).dict.keys():
        del inspect(record).dict[key]
        raise Denied(_("You may not see {field} of {model}", field=key, model=model_word(type(record))))


def user_session(session: Session) -> UserSession | None:
    """The guarded session, or None for the kernel's own."""
    return session if isinstance(session, UserSession) else None
