"""The company's places and policy."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_stock.models import Location, StockPolicy
from core.db import Company, actor
from core.errors import Invalid, Refused
from core.i18n import _
from core.values import currency_digits


def company_of(session: Session) -> int:
    """The company that the session acts for; Refused if there is none."""
    company_id = actor(session).company_id
    if company_id is None:
        raise Refused(_("Choose a company first: stock belongs to one company."))
    return company_id


def money_digits(session: Session, company_id: int) -> int:
    """How many decimals the company's currency has."""
    company = session.get_one(Company, company_id)
    return currency_digits(company.currency)


def policy_of(session: Session, company_id: int) -> StockPolicy:
    """The stock policy of a company."""
    found = session.scalar(select(StockPolicy).where(StockPolicy.company_id == company_id))
    if found is None:
        raise Refused(_("The company has no stock policy: enable the Stock addon for it again."))
    return found


def place(session: Session, kind: str, company_id: int) -> Location:
    """The first active place of a kind: `supplier`, `customer`, `inventory`, `transit` or `internal`."""
    wanted = select(Location).where(Location.company_id == company_id, Location.kind == kind, Location.active)
    found = session.scalar(wanted.order_by(Location.id).limit(1))
    if found is None:
        raise Refused(_("There is no active location of the kind {kind}: add one under Locations.", kind=kind))
    return found


def usual_warehouse(session: Session, company_id: int | None = None) -> Location:
    """Where goods stand unless someone says otherwise."""
    company_id = company_id or company_of(session)
    return policy_of(session, company_id).warehouse or place(session, "internal", company_id)


def require_owned(location: Location, field: str) -> None:
    """Refuse a place that is not the company's own."""
    if not location.is_owned:
        raise Invalid(
            _(
                "{field}: {location} is not a place of the company; choose an internal one.",
                field=field,
                location=location.name,
            )
        )
