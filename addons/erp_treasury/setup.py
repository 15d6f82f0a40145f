"""What a company needs before money can move: a bank account and a till, each with its ledger account."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.operations import account_for
from addons.erp_treasury.models import BankAccount
from core.db import Company

ACCOUNTS = (("Bank", "bank"), ("Cash", "cash"))


def install(session: Session, company: Company) -> None:
    """Make the accounts that are not there yet."""
    for name, kind in ACCOUNTS:
        account = account_for(session, kind, company.id)
        there = select(BankAccount.id).where(
            BankAccount.company_id == company.id,
            (BankAccount.kind == kind) | (BankAccount.account_id == account.id),
        )
        if session.scalar(there.limit(1)) is None:
            session.add(
                BankAccount(name=name, kind=kind, currency=company.currency, account_id=account.id, company_id=company.id)
            )
    session.flush()
