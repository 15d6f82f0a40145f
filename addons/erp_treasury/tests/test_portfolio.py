"""The portfolio page: what stands above the list, its tabs, and the pane with one cheque's path."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import select

from addons.crm_contacts.models import Contact
from addons.erp_treasury.models import Cheque
from addons.erp_treasury.operations import deposit, endorse, reject
from addons.erp_treasury.screens import portfolio
from addons.erp_treasury.tests.story import cheque_mean, day, money, received
from core.testing.tandem import Tandem, at

D = Decimal
Make = Callable[..., Tandem]


def test_the_portfolio_page_says_what_is_where(tandem: Make) -> None:
    """Two free (one of them soon), one at the bank, one endorsed and at risk, one rejected; the pane shows a path."""
    books = at(tandem("erp_treasury"), day(4, 10))
    with books.write() as session:
        key = money(session)
        days = (day(4, 12), day(6, 1), day(4, 10), day(4, 20), day(4, 9))
        means = [cheque_mean(f"{n}00", f"0000{n}", drawer=f"Drawer {n}", payable_on=on) for n, on in enumerate(days, 1)]
        received(session, key, *means)
        _free, _late, banked, given, bounced = session.scalars(select(Cheque).order_by(Cheque.id)).all()
        deposit(session, banked, date=day(4, 10))
        endorse(session, given, contact=session.get_one(Contact, key.supplier), date=day(4, 1))
        deposit(session, bounced, date=day(4, 9))
        reject(session, bounced, date=day(4, 10), charge_customer=False)
        worth = portfolio(session)
        assert worth == {
            "all": (5, D(1500)),
            "portfolio": (2, D(300)),
            "soon": (1, D(100)),
            "deposited": (1, D(300)),
            "endorsed": (1, D(400)),
            "risk": (1, D(400)),
            "rejected": (1, D(500)),
            "own": (0, D(0)),
        }
        chosen = given.id
    client = books.client("admin")
    page = client.get("/erp_treasury/cheque/?filter=endorsed&pane=" + str(chosen)).text
    assert "Endorsed to Maderas del Sur" in page
    assert "Cannot be used again." in page
    assert "00005" not in page
    assert client.get("/erp_treasury/cheque/?view=kanban").status_code == 200
    with client.get("/erp_treasury/cheque/?export=csv") as file:
        assert file.status_code == 200
    assert client.get("/erp_treasury/cheque/?pane=999999").status_code == 200
    offered = client.get("/erp_treasury/cheque/options?q=").json["items"]
    assert [each["text"] for each in offered] == ["00001", "00002"]
    assert offered[0]["note"] == "100.00 · 12 Apr · Drawer 1"
