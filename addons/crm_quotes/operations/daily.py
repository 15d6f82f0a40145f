"""What happens to quotes by themselves, once a day."""

from sqlalchemy import select

from addons.crm_quotes.operations.deciding import expire_overdue
from core.db import Company
from core.jobs import JobContext, job

DAY_S = 24 * 3600


@job("crm_quotes.expire", label="Quotes whose time is over", every_s=DAY_S)
def expire_quotes(context: JobContext) -> None:
    """Sent quotes whose last day is over expire, in each company by its own clock."""
    with context.database.read() as session:
        companies = list(session.scalars(select(Company.id).where(Company.active).order_by(Company.id)))
    for number in companies:
        with context.sessions(None, number, True) as session:
            expire_overdue(session)
            session.commit()
