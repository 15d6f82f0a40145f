"""Finding and making accounts, journals and series."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account, Journal, Series
from core.db import actor, insert_missing, trusted
from core.errors import Refused
from core.i18n import _

SERVING = select(Account.purpose, Account.id).where(
    Account.company_id == bindparam("company"), Account.purpose.in_(bindparam("purposes", expanding=True))
)


def account_for(session: Session, purpose: str, company_id: int | None = None) -> Account:
    """The account that serves a purpose (`receivable`, `sales`); Refused when the chart has none."""
    company_id = company_id or actor(session).company_id
    wanted = select(Account).where(Account.company_id == company_id, Account.purpose == purpose)
    with trusted(session):
        account = session.scalar(wanted)
    if account is None:
        message = _("No account serves “{purpose}”: choose one in the chart of accounts", purpose=purpose)
        raise Refused(message)
    return account


def accounts_for(session: Session, purposes: set[str], company_id: int | None = None) -> dict[str, int]:
    """The keys of the accounts of several purposes, in one query; Refused when one is missing."""
    company_id = company_id or actor(session).company_id
    with trusted(session):
        served = session.execute(SERVING, {"company": company_id, "purposes": sorted(purposes)}).all()
    found = {str(purpose): key for purpose, key in served}
    for purpose in sorted(purposes - set(found)):
        raise Refused(_("No account serves “{purpose}”: choose one in the chart of accounts", purpose=purpose))
    return found


def ensure_account(
    session: Session,
    company_id: int,
    code: str,
    name: str,
    kind: str,
    purpose: str | None = None,
    reconcile: bool = False,
    parent_code: str | None = None,
    heading: bool = False,
) -> Account:
    """The account of this code, or else of this purpose, made if there is none; what a business changed in it stays."""
    own = select(Account).where(Account.company_id == company_id)
    with trusted(session):
        found = session.scalar(own.where(Account.code == code))
        if found is None and purpose is not None:
            found = session.scalar(own.where(Account.purpose == purpose))
        if found is not None:
            return found
        parent = session.scalar(own.where(Account.code == parent_code)) if parent_code else None
        account = {
            "company_id": company_id,
            "code": code,
            "name": name,
            "kind": kind,
            "purpose": purpose,
            "reconcile": reconcile,
            "heading": heading,
            "parent_id": parent.id if parent is not None else None,
        }
        insert_missing(session, Account, [account])
        return session.scalars(own.where(Account.code == code)).one()


def ensure_journal(session: Session, company_id: int, kind: str, code: str, name: str) -> Journal:
    """The book of one kind, with a series of its own code, `GEN-1`."""
    with trusted(session):
        journal = session.scalar(select(Journal).where(Journal.company_id == company_id, Journal.kind == kind))
        if journal is None:
            journal = Journal(company_id=company_id, kind=kind, code=code, name=name)
            session.add(journal)
            session.flush()
        ensure_series(session, company_id, kind, journal.code)
    return journal


def ensure_series(
    session: Session, company_id: int, journal: str, code: str, prefix: str | None = None, width: int = 1
) -> Series:
    """The series of this code, made in the book of this kind if there is none: prefix `A-0001-`, width 8."""
    with trusted(session):
        own = select(Series).where(Series.company_id == company_id, Series.code == code)
        found = session.scalar(own)
        if found is not None:
            return found
        book = session.scalars(select(Journal.id).where(Journal.company_id == company_id, Journal.kind == journal)).one()
        series = {"company_id": company_id, "journal_id": book, "code": code, "prefix": prefix or f"{code}-", "width": width}
        insert_missing(session, Series, [series])
        return session.scalars(own).one()
