"""What stands in the books when a batch of documents comes: the company, its open days, documents brought in before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import DocumentType, Invoice
from addons.erp_invoicing.models.invoices import CREDITS
from addons.erp_ledger.models import Period
from addons.erp_ledger.operations.posting import check_period
from core.db import Company, actor, kernel_connection, trusted
from core.errors import Missing, Refused
from core.i18n import _
from core.importing.dialects import among

TYPES = {"invoice": ("IMP", "Imported invoice"), "credit_note": ("IMPC", "Imported credit note")}


class Known(NamedTuple):
    """A document that is there; credits come to less than nothing."""

    id: int
    date: date
    total: Decimal
    origin_id: int | None


@dataclass
class Standing:
    """`types` are the kinds of documents that files bring, locked where they are written; `documents` go by reference."""

    company: Company
    types: dict[str, DocumentType]
    periods: Sequence[Any]
    documents: dict[str, Known]

    @classmethod
    def of(cls, session: Session, numbers: Sequence[str], writes: bool) -> "Standing":
        """As it is now; two imports at a time wait for each other at the types."""
        with trusted(session):
            company = session.get(Company, actor(session).company_id or 0)
            if company is None:
                raise Missing(_("Documents belong to a company: choose one first"))
            types = types_of(session, company, writes)
            open_days = select(Period.first_day, Period.last_day, Period.state).where(Period.company_id == company.id)
            periods = session.execute(open_days).all()
        keys = [each.id for each in types.values()]
        return cls(company, types, periods, documents_of(session, company, keys, numbers) if keys else {})

    def closed_day(self, day: date) -> str:
        """Why nothing can be posted on a day; nothing if it can."""
        states = [state for first, last, state in self.periods if first <= day <= last]
        try:
            check_period(min(states, default=None), day)
        except Refused as refused:
            return str(refused)
        return ""


def types_of(session: Session, company: Company, writes: bool) -> dict[str, DocumentType]:
    """The kinds of documents that files bring, each with numbers of its own; made when the first is written."""
    found = {}
    for kind, (code, name) in TYPES.items():
        wanted = select(DocumentType).where(DocumentType.company_id == company.id, DocumentType.code == code)
        wanted = wanted.where(DocumentType.kind == kind).order_by(DocumentType.id).limit(1)
        each = session.scalars(wanted.with_for_update(key_share=True) if writes else wanted).first()
        if each is None and writes:
            each = DocumentType(company_id=company.id, kind=kind, code=code, name=str(_(name)), moves_stock="no")
            session.add(each)
            session.flush()
        if each is not None:
            found[kind] = each
    return found


def documents_of(session: Session, company: Company, types: Sequence[int], numbers: Sequence[str]) -> dict[str, Known]:
    """The documents that files brought before under these numbers."""
    connection = kernel_connection(session)
    wanted = select(Invoice.reference, Invoice.id, Invoice.date, Invoice.total, Invoice.origin_id, Invoice.kind)
    mine = wanted.where(Invoice.company_id == company.id, Invoice.document_type_id.in_(types))
    rows = connection.execute(mine.where(among(connection, Invoice.reference, list(numbers)))).all()
    return {
        str(reference): Known(key, day, -total if kind in CREDITS else total, origin)
        for reference, key, day, total, origin, kind in rows
    }
