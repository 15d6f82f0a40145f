"""A letter goes into the outbox once, is tried until the server takes it, and says what became of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import actor, insert_once, kernel_connection, now
from core.i18n import using_language
from core.jobs import JobContext, enqueue, job
from core.mail.sending import TRIES, CannotSend, hand_over, letter, present_server
from core.mail.signals import LetterSent
from core.mail.written import Letter
from core.signals import Delivery, send

POSTED = "core.letter"
#: in seconds: with a due time of their own, letters to many wait behind whatever else is due, such as a new password
BEHIND_S = 0.001
LETTERS: Any = Letter.__table__
DELIVERIES: Any = Delivery.__table__


def post_letter(session: Session, values: Mapping[str, Any]) -> int | None:
    """Put a letter into the outbox in this transaction: its number, or None where its batch has one of this key already."""
    who = actor(session)
    row = {"state": "waiting", "at": now(), "by_id": who.user_id, "company_id": who.company_id, **values}
    made = insert_once(session, Letter, row)
    if made is None:
        return None
    shown = {"to": values["address"], "subject": values["subject"]}
    delivery = enqueue(session, POSTED, delay_s=BEHIND_S, letter_id=made, **shown)
    kernel_connection(session).execute(update(LETTERS).where(LETTERS.c.id == made).values(delivery_id=delivery))
    return made


@job(POSTED, label="Letter", tries=TRIES)
def deliver_letter(context: JobContext, letter_id: int, to: str, subject: str) -> None:
    """Hand a letter over unless that was done before; one that the server never takes is not tried again."""
    with context.database.read() as session:
        kept = session.execute(select(LETTERS).where(LETTERS.c.id == letter_id)).mappings().first()
        tries = session.scalar(select(DELIVERIES.c.tries).where(DELIVERIES.c.id == context.delivery_id)) or 0
    if kept is None or kept["state"] == "sent":
        return
    try:
        hand_over_letter(context, kept)
    except CannotSend as error:
        state = "failed" if error.is_final or tries >= TRIES else "waiting"
        mark_letter(context, letter_id, state=state, error=said_to(context, error))
        raise
    with context.session(True) as session:
        table = update(LETTERS).where(LETTERS.c.id == letter_id)
        kernel_connection(session).execute(table.values(state="sent", error=None, sent_at=now()))
        told = {
            name: kept[name] for name in ("model", "record_id", "holder_model", "holder_id", "address", "subject", "to_many")
        }
        send(session, LetterSent(letter_id=letter_id, **told))
        session.commit()


def hand_over_letter(context: JobContext, kept: Any) -> None:
    """Give one letter to its server; a second try carries the same Message-ID, by which receivers know a double."""
    server = present_server(context.database, kept["company_id"], context.info["secret_key"], kept["account_id"])
    message = letter(server, kept["address"], kept["subject"], kept["text"], f"letter-{kept['id']}", by_hand=True)
    if kept["reply_to"]:
        message["Reply-To"] = kept["reply_to"]
    if kept["to_many"]:
        message["Precedence"] = "bulk"
        message["List-Unsubscribe"] = f"<mailto:{kept['reply_to'] or server.sender}?subject=unsubscribe>"
    hand_over(server, message)


def said_to(context: JobContext, error: CannotSend) -> str:
    """Why it did not leave, in the language of whoever wrote it."""
    with context.session() as session:
        language, catalogs = actor(session).language, session.info["composition"].catalogs
    with using_language(language, catalogs):
        return str(error)


def mark_letter(context: JobContext, letter_id: int, **values: Any) -> None:
    """Write how a letter stands."""
    with context.database.write() as session:
        session.execute(update(LETTERS).where(LETTERS.c.id == letter_id).values(**values))


def drop_letters(session: Session, batch: str) -> int:
    """Let the letters of a batch that wait not leave; how many. One that a worker holds at this moment leaves."""
    mine = select(LETTERS.c.delivery_id).where(LETTERS.c.batch == batch, LETTERS.c.state == "waiting")
    free = DELIVERIES.c.id.in_(mine), DELIVERIES.c.state.in_(("waiting", "parked")), DELIVERIES.c.lease.is_(None)
    stopped = kernel_connection(session).execute(update(DELIVERIES).where(*free).values(state="cancelled"))
    note_dropped(session)
    return stopped.rowcount


def note_dropped(session: Session) -> None:
    """Letters whose delivery was dropped say so; those that are to be tried again wait."""
    connection = kernel_connection(session)
    dropped = select(DELIVERIES.c.id).where(DELIVERIES.c.receiver == POSTED, DELIVERIES.c.state == "cancelled")
    waiting = select(DELIVERIES.c.id).where(DELIVERIES.c.receiver == POSTED, DELIVERIES.c.state == "waiting")
    of = LETTERS.c.delivery_id
    connection.execute(update(LETTERS).where(LETTERS.c.state == "waiting", of.in_(dropped)).values(state="dropped"))
    again = LETTERS.c.state.in_(("failed", "dropped"))
    connection.execute(update(LETTERS).where(again, of.in_(waiting)).values(state="waiting"))
