"""The form that asks what of an order came: each line stands there with what is still waited for."""

from flask import request
from sqlalchemy.orm import Session

from addons.erp_purchasing.models import Order
from core.operations import Verb
from core.screens.fields.texts import Texts
from core.screens.forms.form import RecordForm
from core.screens.records.reading import load_record
from core.screens.screen import Screen


class OrderScreen(Screen[Order]):
    """Receiving asks how many of each line."""

    def _prefill(self, session: Session, verb: Verb, form: RecordForm) -> None:
        super()._prefill(session, verb, form)
        if "lines" not in form.lines or not request.view_args:
            return
        order = load_record(session, Order, request.view_args["id"])
        texts = Texts(session)
        rows = [
            {
                "line": str(line.id),
                "product": line.product.title if line.product else line.description,
                "quantity": texts.number("quantity", line.quantity - line.received),
            }
            for line in order.lines
            if line.is_goods and line.received < line.quantity
        ]
        form.lay_out("lines", rows)
