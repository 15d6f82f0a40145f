"""Every kind of page that a person meets, by name, with the address of one of it in the demonstration."""

from typing import Any

from sqlalchemy import select

from core.access.models import User
from tests.browser.desk import Served

FIXED = {
    "my day": "/",
    "list": "/crm_contacts/contact/",
    "filtered list": "/crm_contacts/contact/?filter=companies&q=hotel",
    "grouped list": "/crm_contacts/contact/?group=role&open=%5B%5B%22customer%22%5D%5D",
    "list with boxes": "/crm_contacts/contact/?row=1&freeze=2&widths=name:200,company:160&f.city=ros&where="
    "%5B%5B%22or%22%2C%5B%22role%22%2C%22%3D%22%2C%22customer%22%5D%2C%5B%22city%22%2C%22contains%22%2C%22a%22%5D%5D%5D",
    "saved views": "/lists/crm_contacts/contact/views?at=%3Ffilter%3Dleads",
    "empty list": "/crm_contacts/contact/?q=nobodyiscalledthis",
    "list of moves": "/erp_stock/move/",
    "list of lines": "/erp_invoicing/invoice_line/?filter=purchases",
    "cheques": "/erp_treasury/cheque/",
    "board": "/crm_quotes/quote/?view=kanban",
    "calendar": "/crm_agenda/event/?view=calendar",
    "agenda": "/crm_agenda/agenda/",
    "year": "/crm_agenda/agenda/?scale=year",
    "cube": "/erp_stock/move/?view=pivot",
    "graph": "/erp_stock/move/?view=graph",
    "new contact": "/crm_contacts/contact/new",
    "new invoice": "/erp_invoicing/invoice/new",
    "reports": "/reports/",
    "report": "/reports/erp_stock/valuation",
    "find": "/find?q=hotel",
    "import": "/imports/new?model=crm_contacts.Contact",
    "addons": "/settings/addons",
    "plan of a change": "/settings/addons/erp_treasury/disable",
    "users": "/settings/users",
    "new user": "/settings/users/new",
    "roles": "/settings/roles",
    "role": "/settings/roles/crm_contacts.user",
    "fields": "/settings/fields",
    "fields of contacts": "/settings/fields/crm_contacts.Contact",
    "new field": "/settings/fields/crm_contacts.Contact/new",
    "teams": "/settings/teams",
    "companies": "/settings/companies",
    "keys": "/settings/keys",
    "jobs": "/settings/jobs",
    "trash": "/trash/",
    "what I did": "/acts/",
    "signals": "/settings/signals",
    "health": "/settings/health",
    "changes": "/settings/audit",
    "profile": "/profile",
    "password": "/profile/password",
    "sessions": "/profile/sessions",
    "settings": "/settings/",
    "second step": "/profile/two-step",
    "sessions of all": "/settings/sessions",
    "who sees a record": "/settings/access?model=crm_contacts.Contact&record=1&user=1",
    "coming in": "/settings/door",
    "languages": "/settings/languages",
    "number series": "/settings/sequences",
    "new mail account": "/settings/mail/new",
    "outbox": "/settings/outbox",
    "not found": "/nowhere",
}
#: (kind of page, model, what its record is like, what follows in the address)
RECORDS: list[tuple[str, str, dict[str, Any], str]] = [
    ("contact", "crm_contacts.Contact", {"kind": "company"}, ""),
    ("form", "crm_contacts.Contact", {"kind": "company"}, "?panel=details"),
    ("verb", "crm_contacts.Contact", {"kind": "company"}, "/log_call"),
    ("history", "crm_contacts.Contact", {"kind": "company"}, "/history"),
    ("notes and files", "crm_contacts.Contact", {"kind": "company"}, "?panel=notes"),
    ("delete", "crm_contacts.Contact", {"kind": "company"}, "/delete"),
    ("ticket", "crm_tickets.Ticket", {}, ""),
    ("quote", "crm_quotes.Quote", {}, ""),
    ("event", "crm_agenda.Event", {}, ""),
    ("product", "base_catalog.Product", {}, ""),
    ("draft invoice", "erp_invoicing.Invoice", {"state": "draft"}, ""),
    ("posted invoice", "erp_invoicing.Invoice", {"state": "posted"}, ""),
    ("delivery", "erp_stock.Delivery", {}, ""),
    ("order", "erp_purchasing.Order", {}, ""),
    ("cheque", "erp_treasury.Cheque", {}, ""),
    ("entry", "erp_ledger.Entry", {}, ""),
    ("user", "core.User", {}, ""),
]


def kinds_of_pages(served: Served) -> dict[str, str]:
    """Name of a kind → path; the records are the first of their model that are so."""
    pages = dict(FIXED)
    with served.tandem.read() as session:
        for name, label, like, more in RECORDS:
            model = served.tandem.composition.models[label] if label != "core.User" else User
            wanted = select(model.id).filter_by(**like).order_by(model.id).limit(1)
            base = f"/{model.__addon__}/{model.__slug__}" if model.__addon__ != "core" else "/settings/users"
            pages[name] = f"{base}/{session.scalars(wanted).one()}{more}"
    return pages
