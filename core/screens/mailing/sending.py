"""The deed of mailing: for one record after another its letter goes into the outbox, or is refused with a reason."""

from typing import Any

from sqlalchemy.orm import Session

from core.db import TandemSession
from core.errors import Refused
from core.i18n import _
from core.mail import post_letter
from core.screens.mailing.draft import Draft, written

MAIL = "mail"


def mail_about(session: Session, screen: Any, record: Any, draft: Draft) -> None:
    """Put the letter about a record into the outbox; Refused where its address gets one by another record already."""
    if isinstance(session, TandemSession):
        session.demand(record, MAIL)
    letter = written(session, screen.view, draft, record)
    values = {
        "batch": draft.batch,
        "key": letter.key,
        "model": record.label(),
        "record_id": record.id,
        "holder_model": letter.holder.label(),
        "holder_id": letter.holder.id,
        "to_many": draft.to_many,
        "account_id": draft.account_id,
        "address": letter.address,
        "reply_to": draft.reply_to,
        "subject": letter.subject,
        "text": letter.text,
    }
    if post_letter(session, values) is None:
        raise Refused(_("{address} gets this letter already.", address=letter.address))
