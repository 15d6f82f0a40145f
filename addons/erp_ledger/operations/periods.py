"""Opening fiscal years, closing and locking their periods."""

import calendar
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import FiscalYear, Period
from addons.erp_ledger.signals import PeriodClosed
from core.db import actor, today, trusted
from core.errors import Refused
from core.i18n import _
from core.operations import verb
from core.signals import send


@verb(FiscalYear, "open_year", label="Open a year", icon="calendar-plus", collection=True)
def open_year(session: Session, *, year: int) -> FiscalYear:
    """A calendar year with its twelve months; the one that is there, if there is one."""
    company_id = actor(session).company_id
    if company_id is None:
        raise Refused(_("Choose a company first: a fiscal year belongs to one"))
    return ensure_year(session, company_id, year)


def ensure_year(session: Session, company_id: int, year: int) -> FiscalYear:
    """The calendar year of a company, made with its months where it is not there yet."""
    if not 1900 <= year <= 2999:
        raise Refused(_("{year} is no year to keep books of", year=year))
    with trusted(session):
        first = date(year, 1, 1)
        wanted = select(FiscalYear).where(FiscalYear.company_id == company_id, FiscalYear.first_day == first)
        found = session.scalar(wanted)
        if found is not None:
            return found
        made = FiscalYear(company_id=company_id, name=str(year), first_day=first, last_day=date(year, 12, 31))
        session.add(made)
        session.flush()
        for month in range(1, 13):
            last = date(year, month, calendar.monthrange(year, month)[1])
            session.add(
                Period(
                    company_id=company_id,
                    year=made,
                    name=f"{year}-{month:02}",
                    first_day=date(year, month, 1),
                    last_day=last,
                )
            )
        session.flush()
    return made


def start_of_fiscal_year(session: Session) -> date:
    """The first day of the fiscal year that runs today; of the calendar year where none was opened."""
    day = today(session)
    wanted = select(FiscalYear.first_day).where(
        FiscalYear.company_id == actor(session).company_id, FiscalYear.first_day <= day, FiscalYear.last_day >= day
    )
    with trusted(session):
        return session.scalar(wanted) or day.replace(month=1, day=1)


@verb(Period, "close", icon="lock", when=lambda period: period.state == "open", primary=True)
def close_period(session: Session, period: Period) -> None:
    """No entry goes into these days until the period is reopened."""
    change_state(session, period, "closed")


@verb(Period, "reopen", icon="lock-open", when=lambda period: period.state == "closed")
def reopen_period(session: Session, period: Period) -> None:
    """Entries may go into these days again."""
    period.state = "open"
    session.flush()


@verb(
    Period,
    "lock",
    icon="lock-check",
    when=lambda period: period.state == "closed",
    confirm="A locked period can never be opened again. Lock it?",
)
def lock_period(session: Session, period: Period) -> None:
    """No entry goes into these days, ever."""
    change_state(session, period, "locked")


@verb(FiscalYear, "close", icon="lock", confirm="Close every period of this year?")
def close_year(session: Session, year: FiscalYear) -> None:
    """Close every period of a year that is still open."""
    for period in year.periods:
        if period.state == "open":
            change_state(session, period, "closed")


def change_state(session: Session, period: Period, state: str) -> None:
    """Close or lock a period and say so."""
    period.state = state
    session.flush()
    send(
        session,
        PeriodClosed(period_id=period.id, first_day=period.first_day, last_day=period.last_day, locked=state == "locked"),
    )
