"""The documents of a file of sales are judged and posted, a few hundred in each transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Product
from addons.crm_contacts.models import Contact
from addons.erp_invoicing.importers.judging import SoldDocument
from addons.erp_invoicing.importers.parties import Catalogue, Customers, may_make
from addons.erp_invoicing.importers.sold_rows import NEEDED, Key, RowReader, SoldRow
from addons.erp_invoicing.importers.standing import Standing
from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.models.rules import tax_of_rate
from addons.erp_invoicing.operations import Sale, SaleLine, post_sales
from core.access.words import not_allowed, outside
from core.db import kernel_connection
from core.errors import Invalid
from core.i18n import _, humanised, translated
from core.importing.checking import Planned
from core.importing.dialects import among
from core.importing.documents.bringing import all_of
from core.importing.documents.gathering import Gathered, Keys
from core.importing.door import policy_of, predicate
from core.importing.keeping import Report
from core.importing.running import Run
from core.importing.signals import RecordsImported
from core.signals import send

ORIGIN = "core.import"
BATCH_ROWS = 8_000
HEADS = ("number", "date", "customer_number", "customer_name", "country", "currency")


def demand_columns(report: Report) -> None:
    """Invalid unless the file has what a sale needs."""
    missing = [translated(humanised(name)) for name in NEEDED if name not in report.columns]
    if missing:
        raise Invalid(_("The file has no column for {names}: map one to each of them", names=", ".join(missing)))


def demand_rights(session: Session) -> None:
    """Denied unless the user may draft and post documents."""
    policy = policy_of(session)
    for operation in ("create", "post"):
        if policy is not None and not policy.may(Invoice, operation):
            raise not_allowed(Invoice, operation)


def demand_inside(session: Session, keys: Sequence[int]) -> None:
    """Denied unless the user's record rule lets him make and post these documents; asked of them as they are."""
    connection, invoice = kernel_connection(session), Invoice
    for operation in ("create", "post"):
        rule = predicate(session, invoice, operation)
        inside = set(connection.scalars(select(invoice.id).where(among(connection, invoice.id, list(keys)), rule)))
        left: list[object] = [key for key in keys if key not in inside]
        if left:
            raise outside(invoice, operation, left)


class Sales:
    """What one run knows of its file so far: customers, products, and what is wanting.

    `strangers` and `novelties` are the customers and products that the batch at hand has to make.
    """

    keys = Keys(HEADS, ("number",))
    batch_rows = BATCH_ROWS
    tries = False

    def __init__(self, run: Run) -> None:
        self.run, self.import_id = run, run.import_id
        self.reader = RowReader(run.how)
        self.customers, self.catalogue = Customers(), Catalogue()
        self.strangers: dict[Key, SoldRow] = {}
        self.novelties: dict[str, SoldRow] = {}
        run.report.left_out = sorted({*run.report.left_out, *(set(run.report.columns) - run.importer.aliases.keys())})

    def demand(self, session: Session) -> None:
        """Invalid without the columns that a sale needs, Denied without the rights."""
        demand_columns(self.run.report)
        demand_rights(session)

    def settle(self, session: Session, batch: Sequence[Gathered]) -> list[Planned]:
        """Judge a batch and, unless dry, post it; what is there already stays as it is."""
        documents = [self._read(each) for each in batch]
        standing = Standing.of(session, [each.number for each in documents], writes=not self.run.dry)
        for each in documents:
            each.judge()
        self._reckon(session, documents, standing)
        fresh = [each for each in documents if each.sold and each.number not in standing.documents]
        keys = {each.number: known.id for each in documents if (known := standing.documents.get(each.number))}
        if fresh and not self.run.dry:
            keys |= self._post(session, fresh, standing)
        return all_of(self._outcome(each, standing, keys) for each in documents)

    def _read(self, gathered: Gathered) -> SoldDocument:
        """Its rows; one that only goes on says in its head what the first one said."""
        first = {name: text for name, text in gathered.rows[0].cells.items() if name in HEADS}
        rows = ((row.number, row.cells if row.cells.get("number") else {**first, **row.cells}) for row in gathered.rows)
        return SoldDocument(first.get("number", ""), [self.reader.read(number, cells) for number, cells in rows])

    def _reckon(self, session: Session, batch: Sequence[SoldDocument], standing: Standing) -> None:
        """Totals, and what keeps documents out: other totals before, closed days, strangers that may not be made."""
        rates = {row.tax_rate for each in batch for row in each.sold if row.tax_rate is not None}
        taxes = {rate: tax_of_rate(session, rate) for rate in rates}
        for each in batch:
            if each.sold:
                each.reckon(taxes, standing.company.currency)
            if each.sold and (known := standing.documents.get(each.number)):
                if (known.date, known.total) != (each.day, each.signed_total):
                    told = _("Document {number} was brought in before with other rows", number=each.number)
                    total = f"{known.total.normalize():f}"
                    each.refuse(_("{told}: it came to {total} on {day}", told=told, total=total, day=known.date))
            elif each.sold and (why := standing.closed_day(each.day)):
                each.refuse(why)
        self._find(session, [each for each in batch if each.sold and each.number not in standing.documents])

    def _find(self, session: Session, fresh: Sequence[SoldDocument]) -> None:
        """Look for customers and products; refuse the documents of those that can neither be seen nor made."""
        buyers = {each.sold[0].customer: each.sold[0] for each in reversed(fresh)}
        missing = set(self.customers.look(session, buyers))
        makes_cards, makes_products = may_make(session, Contact), may_make(session, Product)
        for each in fresh:
            buyer = each.sold[0].customer
            if buyer in self.customers.closed:
                each.refuse(self.customers.closed[buyer])
            elif buyer in missing and not makes_cards:
                each.refuse(_("There is no customer {name} that you may see", name=buyer[1]))
        unknown = set(self.catalogue.look(session, {row.code_key for each in fresh for row in each.sold}))
        for each in fresh:
            for row in each.sold:
                if not makes_products and row.code_key in unknown:
                    row.refuse("product_code", _("There is no product {code} that you may see", code=row.code))
            each.judge()
        sold = [row for each in fresh for row in each.sold]
        self.strangers, self.novelties = {}, {}
        for row in sold:
            if row.customer in missing:
                self.strangers.setdefault(row.customer, row)
            first = self.novelties.get(row.code_key)
            if row.code_key in unknown and (first is None or first.is_free):
                self.novelties[row.code_key] = row

    def _post(self, session: Session, fresh: Sequence[SoldDocument], standing: Standing) -> dict[str, int]:
        """Make who and what is missing, post, announce; the keys of the documents by number."""
        import_id, figures = self.import_id or 0, self.run.report.figures
        if self.strangers:
            self.customers.make(session, self.strangers, import_id)
            figures[str(_("customers made"))] += len(self.strangers)
        if self.novelties:
            self.catalogue.make(session, self.novelties, import_id)
            figures[str(_("products made"))] += len(self.novelties)
        keys = post_sales(session, [self._sale(each, standing) for each in fresh], standing.company)
        demand_inside(session, keys)
        send(session, RecordsImported(model=Invoice.label(), import_id=import_id, created=keys, updated=[]))
        return dict(zip((each.number for each in fresh), keys, strict=True))

    def _sale(self, each: SoldDocument, standing: Standing) -> Sale:
        """A gathered document with its customer and products."""
        first, sign = each.sold[0], -1 if each.takes_back else 1
        party = self.customers.found[first.customer]
        address = ", ".join(filter(None, (party.address, first.country)))
        return Sale(
            type=standing.types[each.kind],
            party=party._replace(address=address, country=first.country),
            date=each.day,
            reference=each.number,
            lines=[self._line(row, sign, each.taxes) for row in each.sold],
            totals=each.totals,
            origin=(ORIGIN, self.import_id) if self.import_id is not None else None,
        )

    def _line(self, row: SoldRow, sign: int, taxes: Any) -> SaleLine:
        goods = self.catalogue.found.get(row.code_key)
        return SaleLine(
            product_id=goods.id if goods else None,
            product_code=goods.code if goods else row.code or None,
            description=row.cells.get("description") or (goods.name if goods else ""),
            quantity=sign * row.quantity,
            price=row.price,
            discount=row.discount,
            unit=goods.unit if goods else None,
            category_id=goods.category_id if goods else None,
            tax=taxes.get(row.tax_rate),
        )

    def _outcome(self, each: SoldDocument, standing: Standing, keys: dict[str, int]) -> list[Planned]:
        """What became of the rows of a document."""
        known = standing.documents.get(each.number)
        is_own = known is None or (self.import_id is not None and known.origin_id == self.import_id)
        if each.sold:
            posted = _("invoices") if each.kind == "invoice" else _("credit notes")
            self.run.report.figures[str(posted if is_own else _("documents that were there"))] += 1
        return [row.planned("create" if is_own else "same", keys.get(each.number)) for row in each.rows]
