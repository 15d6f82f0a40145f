"""The cheque portfolio: what it is worth by place, tabs, and beside the list where one cheque has been."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from addons.erp_treasury.custody import MARKS
from addons.erp_treasury.figures import shown_day
from addons.erp_treasury.models import Cheque, Receipt, Statement
from addons.erp_treasury.models.cheques import CLEARING_DAYS
from addons.erp_treasury.panels import custody
from core.db import actor, today
from core.errors import Invalid, Refused
from core.i18n import _
from core.operations import Verb, perform
from core.screens.fields.rights import demand, rights
from core.screens.fields.texts import Texts
from core.screens.lists.changes import changed
from core.screens.lists.grid import Grid
from core.screens.lists.index import ListPage, compiler_of, joined_args
from core.screens.pages import committed, render
from core.screens.records.reading import load_record
from core.screens.screen import Screen

ZERO = Decimal(0)
SOON_DAYS = 7
TABS = (
    ("", "All"),
    ("portfolio", "In portfolio"),
    ("deposited", "Deposited"),
    ("endorsed", "Endorsed"),
    ("rejected", "Rejected"),
    ("own", "Own cheques"),
)


class ChequeScreen(Screen[Cheque]):
    """Cheques are born by receipts and payments, and move by verbs: nobody types one here."""

    def index(self) -> Any:
        """The list in all its modes, with the portfolio around it."""
        demand(g.session, self.model, "read")
        if request.method == "POST" and request.form.get("action") == "deposit":
            return self.deposited([int(word) for word in request.form.getlist("id") if word.isdigit() and len(word) < 10])
        if request.method == "POST":
            return changed(self, g.session)
        return PortfolioPage(self, g.session, joined_args()).response()

    def offered(self) -> Sequence[Any]:
        """What one may pay with: cheques of others that are in the portfolio."""
        return (Cheque.kind == "third", Cheque.place == "portfolio")

    def note(self, session: Session, record: Cheque) -> str:
        """What tells it from others: its amount, its day, whose it is."""
        texts = Texts(session)
        return " · ".join([texts.number("money", record.amount), texts.plain("date", record.payable_on), record.drawer])

    def deposited(self, ids: list[int]) -> Any:
        """What is ticked goes to the bank on one slip: all or none."""
        verb = self.verb("deposit_slip", collection=True)
        committed(lambda session: perform(session, verb, None, {"cheques": ids}))
        flash(str(_("{count} cheques are at the bank.", count=len(ids))), "good")
        return redirect(f"{self.view.url}?filter=deposited", 303)

    def new(self) -> Response:
        """A cheque comes in by a receipt: its form is shown."""
        form: Response = self.composition.screens[Receipt].new()
        return form


class StatementScreen(Screen[Statement]):
    """Lines are matched in the panel, where both sides are seen."""

    def actions(self, session: Session, record: Statement) -> Sequence[Verb]:
        """The verbs that need no keys of lines."""
        return [verb for verb in super().actions(session, record) if verb.name not in ("match", "unmatch")]

    def perform(self, id: int, name: str) -> Any:
        """What is ticked in the panel is matched, or a match undone; other verbs as everywhere."""
        if name not in ("match", "unmatch") or request.method != "POST":
            return super().perform(id, name)
        demand(g.session, Statement, name)
        answers: dict[str, Any] = {"bank_line": request.form.get("bank_line", "")}
        if name == "match":
            answers["items"] = request.form.getlist("items")
        try:
            committed(lambda s: perform(s, self.verb(name), load_record(s, Statement, id), answers))
        except (Invalid, Refused) as error:
            flash(str(error), "bad")
        return redirect(f"{self.view.url}{id}?panel=reconciliation", 303)


class PortfolioPage(ListPage):
    """One request of the portfolio."""

    def response(self) -> Any:
        """The list with its figures, tabs and pane; other modes and parts as they are."""
        plain = self.asked.mode != "list" or self.asked.part or self.asked.rest.get("export")
        if plain:
            return super().response()
        return render("erp_treasury/cheques.html", **self.frame(), **self.values(), **self.around())

    def frame(self) -> dict[str, Any]:
        """New leads to a receipt; several cheques are deposited by ticking them."""
        may = rights(self.session, Receipt).may("create")
        return {**super().frame(), "new_url": "/erp_treasury/receipt/new" if may else "", "import_url": "", "collected": []}

    def grid(self) -> Grid:
        """The rows; their first link opens the pane, as long as the address says no more than the tab."""
        asked_more = set(self.asked.values()) - {"filter"}
        tab = self.asked.filters[0] if len(self.asked.filters) == 1 else ""
        base = self.view.url if asked_more else f"{self.view.url}?filter={tab}&amp;pane="
        year, zone = today(self.session).year, actor(self.session).zone
        template = compiler_of(current_app).template(self.listing, base, year, zone)
        return Grid(self.session, self.view, self.listing, self.asked, self.condition, template)

    def around(self) -> dict[str, Any]:
        """Figures, tabs, and the cheque of the pane."""
        worth = portfolio(self.session)
        chosen = self.asked.rest.get("pane", "")
        cheque = self.session.get(Cheque, int(chosen)) if chosen.isdigit() and len(chosen) < 10 else None
        current = self.asked.filters[0] if len(self.asked.filters) == 1 else ""
        counts = {"": worth["all"][0], **{name: worth[name][0] for name, _label in TABS[1:]}}
        tabs = [
            {
                "label": _(label),
                "url": f"{self.view.url}?filter={name}",
                "current": name == current,
                "count": counts[name],
                "bad": name == "rejected",
            }
            for name, label in TABS
        ]
        pane = {**custody(self.session, cheque), "mark": MARKS[cheque.place]} if cheque is not None else None
        return {"cheque_figures": strip(self.session, worth), "cheque_tabs": tabs, "pane": pane}


Worth = dict[str, tuple[int, Decimal]]


def portfolio(session: Session) -> Worth:
    """How many cheques are where, and what they are worth, as the user sees them; `soon` and `risk` are parts of places."""
    day = today(session)
    parts = (
        Cheque.payable_on <= day + datetime.timedelta(days=SOON_DAYS),
        Cheque.payable_on >= day - datetime.timedelta(days=CLEARING_DAYS),
    )
    counted = [(func.count().filter(part), func.sum(Cheque.amount).filter(part)) for part in (true(), *parts)]
    wanted = select(Cheque.kind, Cheque.place, *(column for pair in counted for column in pair))
    worth: Worth = dict.fromkeys(("all", "portfolio", "deposited", "endorsed", "rejected", "own", "soon", "risk"), (0, ZERO))
    for kind, place, *sums in session.execute(wanted.group_by(Cheque.kind, Cheque.place)):
        name = "own" if kind == "own" else {"clearing": "deposited"}.get(place, place)
        found = [("all", 0)] + ([(name, 0)] if name in worth else [])
        found += [("soon", 2)] if name == "portfolio" else [("risk", 4)] if name == "endorsed" else []
        for part, at in found:
            before = worth[part]
            worth[part] = before[0] + sums[at], before[1] + (sums[at + 1] or ZERO)
    return worth


def strip(session: Session, worth: Worth) -> list[dict[str, Any]]:
    """The figures above the list, each leading to its cheques."""
    soon = today(session) + datetime.timedelta(days=SOON_DAYS)
    said = (
        ("portfolio", "In portfolio", _("{count}, free to use", count=worth["portfolio"][0]), ""),
        ("soon", "Payable soon", _("{count}, until {day}", count=worth["soon"][0], day=shown_day(session, soon)), ""),
        ("deposited", "At the bank, clearing", _("{count}, not credited yet", count=worth["deposited"][0]), ""),
        ("risk", "Endorsed, still at risk", _("{count}, may come back", count=worth["risk"][0]), ""),
        ("rejected", "Rejected", _("{count}, to be charged", count=worth["rejected"][0]), "bad"),
    )
    tabs = {"soon": "portfolio", "risk": "endorsed"}
    return [
        {
            "label": _(label),
            "amount": worth[name][1],
            "note": note,
            "url": f"/erp_treasury/cheque/?filter={tabs.get(name, name)}",
            "kind": tone if worth[name][0] else "",
        }
        for name, label, note, tone in said
    ]
