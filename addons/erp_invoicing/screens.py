"""The form that asks what of an invoice is credited: each line stands there with what is left of it."""

from flask import request
from sqlalchemy.orm import Session

from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.operations import taken_lines
from core.operations import Verb
from core.screens.fields.texts import Texts
from core.screens.forms.form import RecordForm
from core.screens.records.reading import load_record
from core.screens.screen import Screen


class InvoiceScreen(Screen[Invoice]):
    """A credit note asks how many of each line."""

    def _prefill(self, session: Session, verb: Verb, form: RecordForm) -> None:
        super()._prefill(session, verb, form)
        if "lines" not in form.lines or not request.view_args:
            return
        invoice, texts = load_record(session, Invoice, request.view_args["id"]), Texts(session)
        taken = taken_lines(session, invoice.id)
        left = {line.id: line.quantity - (taken[line.id].quantity if line.id in taken else 0) for line in invoice.lines}
        form.lay_out(
            "lines",
            [
                {
                    "line": str(line.id),
                    "product": line.product.title if line.product else line.description,
                    "quantity": texts.number("quantity", left[line.id]),
                }
                for line in invoice.lines
                if left[line.id]
            ],
        )
