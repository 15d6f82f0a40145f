"""Companies: several in one database."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, event
from sqlalchemy.orm import Mapped, mapped_column

from core.db.columns import Moment
from core.db.model import KERNEL, Archivable, Model
from core.db.session import now


class Company(Archivable, Model):
    """A legal person that keeps its own books; contacts, products and categories are shared between companies.

    `set_up_at` is empty while nobody has said yet what the company of a new installation is.
    """

    name: Mapped[str]
    legal_name: Mapped[str | None]
    tax_id: Mapped[str | None] = mapped_column(info={"label": "Tax number"})
    country: Mapped[str] = mapped_column(String(2), default="AR")
    currency: Mapped[str] = mapped_column(String(3), default="ARS")
    zone: Mapped[str] = mapped_column(default="America/Argentina/Buenos_Aires", info={"label": "Time zone"})
    language: Mapped[str | None] = mapped_column(info={"label": "Language of new users"})
    first_weekday: Mapped[int | None] = mapped_column(info={"label": "Week begins on"})
    street: Mapped[str | None]
    city: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    set_up_at: Mapped[datetime | None] = mapped_column(Moment, default=now, info=KERNEL)


@event.listens_for(Company, "load")
def hold(company: Company, context: Any) -> None:
    """A session that has fetched a company keeps it, for it is asked for again at every step of a command."""
    context.session.info.setdefault("companies", {})[company.id] = company
