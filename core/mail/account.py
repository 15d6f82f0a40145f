"""By which server mails leave, and under whose name."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access.models import SEALED
from core.db import Archivable, Choice, Company, Model, sensitive, trusted

SECURITY = {
    "starttls": "STARTTLS (port 587)",
    "tls": "TLS from the start (port 465)",
    "none": "None (only within one's own network)",
}


class MailAccount(Archivable, Model):
    """A mail server that takes our mails; of one company, or of all that have none of their own."""

    company_id: Mapped[int | None] = mapped_column(ForeignKey("core_company.id", ondelete="CASCADE"), index=True)
    company: Mapped[Company | None] = relationship()
    name: Mapped[str]
    host: Mapped[str] = mapped_column(info={"label": "Server"})
    port: Mapped[int] = mapped_column(default=587)
    security: Mapped[str] = mapped_column(Choice(*SECURITY), default="starttls", info={"labels": SECURITY})
    username: Mapped[str] = mapped_column(default="", info={"label": "User"})
    password: Mapped[str | None] = sensitive(info=SEALED)
    sender: Mapped[str] = mapped_column(info={"label": "Sender's address"})
    sender_name: Mapped[str] = mapped_column(default="", info={"label": "Sender's name"})


def account_for(session: Session, company_id: int | None) -> MailAccount | None:
    """The account of a company, else the one of all; for nobody's mails any other. None if no mail can leave."""
    with trusted(session):
        query = select(MailAccount).where(MailAccount.active)
        if company_id is not None:
            own = (MailAccount.company_id == company_id) | MailAccount.company_id.is_(None)
            return session.scalars(query.where(own).order_by(MailAccount.company_id.is_(None), MailAccount.id)).first()
        return session.scalars(query.order_by(MailAccount.company_id.is_not(None), MailAccount.id)).first()


def accounts_for(session: Session, company_id: int | None) -> list[MailAccount]:
    """The accounts that letters of a company may leave by, its own before those of all."""
    own = (MailAccount.company_id == company_id) | MailAccount.company_id.is_(None)
    query = select(MailAccount).where(MailAccount.active, own)
    with trusted(session):
        return list(session.scalars(query.order_by(MailAccount.company_id.is_(None), MailAccount.id)))
