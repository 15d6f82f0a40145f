"""The company's own accounts: found, opened, and their place in the ledger."""

import re
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_ledger.models import Account
from addons.erp_ledger.operations import account_for, ensure_account
from addons.erp_treasury.models import BankAccount
from core.db import Company, actor
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import verb
from core.values import currency_digits, rounded

KINDS = {"cash": "cash", "transfer": "bank", "card": "card"}
GROUP = "1.1"


def company_of(session: Session) -> Company:
    """The company that the session acts for; Refused if there is none."""
    company_id = actor(session).company_id
    if company_id is None:
        raise Refused(_("Choose a company first: money belongs to one company."))
    return session.get_one(Company, company_id)


def require_exact(amount: Decimal, currency: str, field: str) -> None:
    """Refuse an amount that its currency cannot write, or that is not above zero."""
    if amount <= 0:
        raise Invalid(_("{field}: enter an amount above zero.", field=field))
    if rounded(amount, currency_digits(currency)) != amount:
        raise Invalid(
            _("{field}: {amount} has more decimals than {currency}.", field=field, amount=amount, currency=currency)
        )


def usual_account(session: Session, company_id: int, kind: str) -> BankAccount:
    """The first active account of a kind (`bank`, `cash`, `card`)."""
    wanted = select(BankAccount).where(BankAccount.company_id == company_id, BankAccount.kind == kind, BankAccount.active)
    found = session.scalar(wanted.order_by(BankAccount.id).limit(1))
    if found is None:
        raise Refused(_("There is no active account of the kind {kind}: open one under Banks and cash.", kind=kind))
    return found


@verb(BankAccount, "open", label="Open account…", icon="plus", collection=True)
def open_account(
    session: Session, *, name: str, kind: str = "bank", bank: str | None = None, number: str | None = None
) -> BankAccount:
    """A new bank account, till or card terminal, with an account of its own in the ledger."""
    company = company_of(session)
    if not name.strip():
        raise Invalid(_("name: say what people call the account."))
    if kind not in ("bank", "cash", "card"):
        raise Invalid(_("kind: choose bank, cash or card."))
    ledger = ensure_account(session, company.id, next_code(session, company.id), name.strip(), "asset", parent_code=GROUP)
    made = BankAccount(
        name=name.strip(),
        kind=kind,
        bank=bank,
        number=number,
        currency=company.currency,
        account_id=ledger.id,
        company_id=company.id,
    )
    session.add(made)
    session.flush()
    return made


def next_code(session: Session, company_id: int) -> str:
    """The next free code of the ledger's group of cash and banks: 1.1.10 upwards."""
    wanted = select(Account.code).where(Account.company_id == company_id, Account.code.startswith(f"{GROUP}."))
    numbers = [int(match[1]) for code in session.scalars(wanted) if (match := re.fullmatch(r"1\.1\.(\d+)", code))]
    return f"{GROUP}.{max([9, *numbers]) + 1:02d}"


def purpose_account(session: Session, purpose: str, company_id: int) -> int:
    """The key of the account that serves a purpose."""
    return account_for(session, purpose, company_id).id
