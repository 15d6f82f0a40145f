"""What a company finds when tickets are enabled: usual working times and an answer time for each priority."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_tickets.models import PRIORITIES, SlaPolicy, WorkingTime
from core.db import Company

WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
STRETCHES = (("09:00", "13:00"), ("14:00", "18:00"))
MINUTES = {"urgent": (60, 480), "high": (240, 960), "normal": (480, 2400), "low": (960, 4800)}


def install(session: Session, company: Company) -> None:
    """Make them where the company has none yet."""
    if session.scalar(select(WorkingTime.id).where(WorkingTime.company_id == company.id).limit(1)) is None:
        for weekday in WORKDAYS:
            for opens, closes in STRETCHES:
                session.add(WorkingTime(company_id=company.id, weekday=weekday, opens=opens, closes=closes))
    known = set(session.scalars(select(SlaPolicy.priority).where(SlaPolicy.company_id == company.id)))
    for priority, (answer, solve) in MINUTES.items():
        if priority not in known:
            session.add(
                SlaPolicy(
                    company_id=company.id,
                    name=PRIORITIES[priority],
                    priority=priority,
                    answer_minutes=answer,
                    solve_minutes=solve,
                )
            )
    session.flush()
