"""What a contact's and an invoice's page show beside their fields: the account statement, payments, taxes."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact
from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.operations import instalments_of
from addons.erp_ledger.operations import Movement, statement
from core.db import today
from core.screens.fields.rights import demand
from core.screens.figures import shared
from core.screens.panels import panel

SHOWN = 200


def address(model: str | None, key: int | None) -> str:
    """Where the document behind a line is found; entries without one show themselves."""
    return f"/{model.replace('.', '/')}/{key}" if model and key else ""


def shown(movement: Movement) -> dict[str, Any]:
    """One line of a statement."""
    url = address(movement.source_model, movement.source_id) or f"/erp_ledger/entry/{movement.entry_id}"
    return {**vars(movement), "url": url}


@panel(Contact, "statement", label="Account statement", order=15, icon="list-numbers")
def account_statement(session: Session, contact: Contact) -> dict[str, Any]:
    """What was invoiced and paid, with the balance after each line, as customer and as supplier; the latest below."""
    demand(session, Invoice, "read")
    accounts = []
    for kind in ("receivable", "payable"):
        found = statement(session, contact.id, kind)
        if found.movements:
            rows = [shown(movement) for movement in found.movements[-SHOWN:]]
            accounts.append({"kind": kind, "rows": rows, "closing": found.closing, "more": len(found.movements) > SHOWN})
    return {"contact": contact, "accounts": accounts, "today": today(session)}


@panel(Invoice, "payments", label="Payments", order=10, icon="cash")
def payments(session: Session, invoice: Invoice) -> dict[str, Any]:
    """The parts that are due, and what paid them."""
    parts = shared(session, ("instalments", invoice.id), lambda: instalments_of(session, invoice))
    rows = [
        {
            "part": part,
            "row": index,
            "settlements": [{**vars(s), "url": address(s.source_model, s.source_id)} for s in part.settlements],
        }
        for index, part in enumerate(parts, 1)
    ]
    credits = session.scalars(select(Invoice).where(Invoice.credits_id == invoice.id).order_by(Invoice.id)).all()
    return {"invoice": invoice, "rows": rows, "credits": credits, "today": today(session)}


@panel(Invoice, "taxes", label="Taxes", order=20, icon="percentage")
def taxes(session: Session, invoice: Invoice) -> dict[str, Any]:
    """Each tax with its base, as it stands on the document."""
    return {"invoice": invoice, "taxes": invoice.taxes}
