"""Forms of deliveries and receipts that ask for parts: each line stands there with what is left of it."""

from decimal import Decimal
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from addons.erp_stock.models import Delivery, Receipt
from addons.erp_stock.operations import left_to_return, moves_of
from core.operations import Verb
from core.screens.fields.texts import Texts
from core.screens.forms.form import RecordForm
from core.screens.records.reading import load_record
from core.screens.screen import Screen


def fill_rows(session: Session, form: RecordForm, document: Any, left: dict[int, Decimal]) -> None:
    """Write the lines of a document, with what is left of each, into the rows that a verb asks for."""
    texts = Texts(session)
    rows = [
        {"line": str(line.id), "product": line.product.title, "quantity": texts.number("quantity", left[line.id])}
        for line in document.lines
        if left.get(line.id)
    ]
    form.lay_out("lines", rows)


class DeliveryScreen(Screen[Delivery]):
    """Deliver and return ask how many of each line."""

    def _prefill(self, session: Session, verb: Verb, form: RecordForm) -> None:
        super()._prefill(session, verb, form)
        if "lines" in form.lines and request.view_args:
            delivery = load_record(session, Delivery, request.view_args["id"])
            left = {line.id: line.quantity for line in delivery.lines}
            if verb.name == "return":
                moves = {move.document_line_id: move for move in moves_of(session, "erp_stock.delivery", delivery.id)}
                left = left_to_return(session, delivery.lines, moves)
            fill_rows(session, form, delivery, left)


class ReceiptScreen(Screen[Receipt]):
    """Receive and return ask how many of each line."""

    def _prefill(self, session: Session, verb: Verb, form: RecordForm) -> None:
        super()._prefill(session, verb, form)
        if "lines" in form.lines and request.view_args:
            receipt = load_record(session, Receipt, request.view_args["id"])
            left = {line.id: line.quantity for line in receipt.lines}
            if verb.name == "return":
                moves = {move.document_line_id: move for move in moves_of(session, "erp_stock.receipt", receipt.id)}
                left = left_to_return(session, receipt.lines, moves)
            fill_rows(session, form, receipt, left)
