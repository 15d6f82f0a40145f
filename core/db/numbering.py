"""Numbers without holes: one counter per company and series, taken with the last statements of a command."""

from sqlalchemy import ForeignKey, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db.base import Base
from core.db.session import actor, kernel_connection


class Series(Base):
    """The counter of one kind of document in one company.

    Before its first number, and only then, a company may give it another prefix than its code, or another first number.
    """

    __table_args__ = (UniqueConstraint("company_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("core_company.id"))
    code: Mapped[str]
    last_number: Mapped[int] = mapped_column(default=0)
    prefix: Mapped[str | None]
    begins_at: Mapped[int | None]


def next_number(session: Session, code: str, company_id: int | None = None) -> int:
    """The next number of a series, locked until the commit; call it last, as others wait for it."""
    return _take(session, code, company_id)[0]


def next_name(session: Session, code: str, company_id: int | None = None) -> str:
    """The next number of a series with its prefix, `SO-7`; the company may have given it another prefix than its code."""
    number, prefix = _take(session, code, company_id)
    return f"{prefix}-{number}"


def take_number(session: Session, record: object, code: str | None = None) -> str:
    """Give a Numbered record its number, `DN-1`; a record that has one keeps it."""
    if getattr(record, "number", None):
        return str(record.number)  # type: ignore[attr-defined]
    series = code or type(record).__series__  # type: ignore[attr-defined]
    sequence, prefix = _take(session, series, getattr(record, "company_id", None))
    record.sequence, record.number = sequence, f"{prefix}-{sequence}"  # type: ignore[attr-defined]
    return f"{prefix}-{sequence}"


def _take(session: Session, code: str, company_id: int | None) -> tuple[int, str]:
    """The next number and its prefix.

    NO KEY UPDATE: unfinished documents that point at the row through a foreign key do not deadlock with it.
    """
    company_id = company_id or actor(session).company_id
    connection, series = kernel_connection(session), Series.__table__.c
    wanted = select(series.id, series.last_number, series.prefix).where(series.company_id == company_id, series.code == code)
    row = connection.execute(wanted.with_for_update(key_share=True)).first()
    if row is None:
        first = "INSERT INTO core_series (company_id, code, last_number) VALUES (:company, :code, 0) ON CONFLICT DO NOTHING"
        connection.execute(text(first), {"company": company_id, "code": code})
        row = connection.execute(wanted.with_for_update(key_share=True)).one()
    connection.execute(update(Series.__table__).where(series.id == row.id).values(last_number=row.last_number + 1))  # type: ignore[arg-type]
    return int(row.last_number) + 1, row.prefix or code
