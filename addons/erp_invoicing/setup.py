"""What a company invoices with from its first day: taxes, terms, kinds of documents."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import DocumentType, PaymentTerm, PaymentTermLine, Tax
from core.db import Company, trusted

TAXES = (
    ("VAT 21 %", "21", "vat"),
    ("VAT 10.5 %", "10.5", "vat"),
    ("VAT 27 %", "27", "vat"),
    ("VAT 0 %", "0", "vat"),
    ("Exempt", "0", "exempt"),
    ("Gross income perception 3 %", "3", "perception"),
)
#: what companies of other countries begin with: the rates of their VAT, the usual one first
RATES = {
    "BO": ("13",),
    "CL": ("19",),
    "CO": ("19", "5"),
    "DE": ("19", "7"),
    "EC": ("15",),
    "ES": ("21", "10", "4"),
    "FR": ("20", "10", "5.5", "2.1"),
    "GB": ("20", "5"),
    "IT": ("22", "10", "5", "4"),
    "KZ": ("16",),
    "MX": ("16", "8"),
    "PE": ("18",),
    "PT": ("23", "13", "6"),
    "PY": ("10", "5"),
    "RU": ("22", "10"),
    "UY": ("22", "10"),
}
TERMS = (
    ("Immediate", ((100, 0),)),
    ("30 days", ((100, 30),)),
    ("60 days", ((100, 60),)),
    ("30/60 days, 50/50", ((50, 30), (50, 60))),
)
TYPES = (  # name, kind, code, point of sale, moves stock, account
    ("Invoice A", "invoice", "A", "0001", "via_delivery", "current"),
    ("Cash invoice", "invoice", "C", "0001", "yes", "cash"),
    ("Credit note", "credit_note", "CN", None, "no", "current"),
    ("Debit note", "debit_note", "DBN", None, "no", "current"),
    ("Supplier's bill", "bill", "BILL", None, "no", "current"),
    ("Supplier's credit note", "bill_credit", "BCN", None, "no", "current"),
)


def install(session: Session, company: Company) -> None:
    """Taxes, terms and document types; what is there already stays as it is."""
    with trusted(session):
        install_taxes(session, company, company.country)
        for name, parts in TERMS:
            if session.scalar(select(PaymentTerm.id).where(PaymentTerm.name == name)) is None:
                lines = [
                    PaymentTermLine(position=i, percent=Decimal(percent), days=days)
                    for i, (percent, days) in enumerate(parts)
                ]
                session.add(PaymentTerm(name=name, lines=lines))
        for name, kind, code, point, moves, account in TYPES:
            if not exists(session, DocumentType, company, name):
                session.add(
                    DocumentType(
                        company_id=company.id,
                        name=name,
                        kind=kind,
                        code=code,
                        point_of_sale=point,
                        moves_stock=moves,
                        account=account,
                    )
                )
        session.flush()


def taxes_of(country: str) -> tuple[tuple[str, str, str], ...]:
    """Name, rate and kind of the taxes that a company of a country begins with."""
    if country == "AR":
        return TAXES
    rates = [*RATES.get(country, ()), "0"]
    return (*((f"VAT {rate} %", rate, "vat") for rate in rates), ("Exempt", "0", "exempt"))


def install_taxes(session: Session, company: Company, country: str) -> None:
    """The taxes of a country, for a company that has not got them."""
    for name, rate, kind in taxes_of(country):
        if not exists(session, Tax, company, name):
            session.add(Tax(company_id=company.id, name=name, rate=Decimal(rate), kind=kind))


def exists(session: Session, model: type[Tax] | type[DocumentType], company: Company, name: str) -> bool:
    """Whether the company has one of this name."""
    return session.scalar(select(model.id).where(model.company_id == company.id, model.name == name)) is not None
