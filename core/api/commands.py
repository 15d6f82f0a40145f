"""A command is done once: with an `Idempotency-Key`, a repeated POST is answered what it was answered.

Only what was done is remembered; a refused command changed nothing and may be sent again, corrected, under its key.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import orjson
from flask import g, request
from sqlalchemy import and_, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.access.guard import UserSession
from core.api.answers import Answer, dumps
from core.api.models import Command
from core.db import kernel_connection, now
from core.errors import Conflict, Invalid
from core.i18n import _
from core.jobs import job
from core.screens.pages import committed

T = TypeVar("T")
KEPT_DAYS = 14
LONGEST = 255
TABLE: Any = Command.__table__


def done_once(work: Callable[[Session], T], read: Callable[[Session, T], Answer]) -> Answer:
    """Do a command and commit it, and read its answer; if its key is known, answer again what was answered then.

    Without a key the answer is read after the commit: others wait for what the command has locked, as the number series
    of a document, and need not wait for its JSON as well.
    """
    key = asked_key()
    if not key:
        goal = committed(work)
        with g.database.read(UserSession, **g.info(g.user)) as session:
            return read(session, goal)
    digest = request_digest()
    return committed(lambda session: _once(session, key, digest, lambda own: read(own, work(own))))


def request_digest(content: str = "") -> str:
    """What tells two requests apart: method, address and body."""
    body = content.encode() or request.get_data(cache=True)
    parts = (request.method.encode(), request.full_path.encode(), body)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _once(session: Session, key: str, digest: str, work: Callable[[Session], Answer]) -> Answer:
    if not _claimed(session, key, digest):
        return _again(_kept(session, key), digest)
    answer = work(session)
    _keep(session, key, answer)
    return answer


def done_apart(work: Callable[[], Answer], content: str = "") -> Answer:
    """The same for a command that does transactions of its own, such as an import: its key is claimed before it begins.

    `content` is a digest of what was uploaded.
    """
    key = asked_key()
    if not key:
        return work()
    digest, database = request_digest(content), g.database
    with database.write() as session:
        if not _claimed(session, key, digest):
            return _again(_kept(session, key), digest)
    try:
        answer = work()
    except BaseException:
        with database.write() as session:
            kernel_connection(session).execute(delete(TABLE).where(_mine(key)))
        raise
    with database.write() as session:
        _keep(session, key, answer)
    return answer


def asked_key() -> str:
    """The key of the request; Invalid if it cannot be kept."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST or "\x00" in key:
        raise Invalid(_("An Idempotency-Key has at most {limit} characters", limit=LONGEST))
    return key


def _mine(key: str) -> Any:
    return and_(TABLE.c.user_id == g.user.id, TABLE.c.key == key)


def _claimed(session: Session, key: str, digest: str) -> bool:
    """Whether the key is ours now; another transaction that holds it is waited for."""
    row = {"user_id": g.user.id, "key": key, "request": digest, "status": 0, "body": "", "headers": "{}", "at": now()}
    connection = kernel_connection(session)
    return connection.execute(_claim(connection.dialect.name), row).first() is not None


def _kept(session: Session, key: str) -> Any:
    return kernel_connection(session).execute(select(TABLE).where(_mine(key))).one()


def _keep(session: Session, key: str, answer: Answer) -> None:
    kept = {"status": answer.status, "body": dumps(answer.body).decode(), "headers": dumps(dict(answer.headers)).decode()}
    kernel_connection(session).execute(update(TABLE).where(_mine(key)).values(**kept))


def _claim(dialect: str) -> Any:
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(TABLE).on_conflict_do_nothing(index_elements=["user_id", "key"]).returning(TABLE.c.id)


def _again(row: Any, digest: str) -> Answer:
    if row.request != digest:
        raise Invalid(_("This Idempotency-Key belongs to another request: use a new key for each command"))
    if not row.status:
        raise Conflict(_("The same request is being worked on: ask again in a moment"))
    headers = {**orjson.loads(row.headers), "Idempotent-Replayed": "true"}
    return Answer(orjson.loads(row.body), row.status, headers)


@job("forget_commands", label="Forget old idempotency keys", every_s=24 * 3600)
def forget_commands(context: Any) -> None:
    """Keys older than two weeks are forgotten."""
    with context.database.write() as session:
        session.execute(delete(TABLE).where(TABLE.c.at < now() - timedelta(days=KEPT_DAYS)))
