"""Days of a real file of sales come to its totals, and the file again changes nothing."""

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select

from addons.erp_invoicing.models import Invoice
from addons.erp_invoicing.tests.test_import_of_sales import bring, counted, shop
from bench.online_retail import differences, expected, rows_of, stored
from core.testing.shared_data import shared
from core.testing.tandem import Tandem

__all__ = ["shop"]
DAYS = ("2010-12-07", "2011-07-26", "2011-08-12")


def test_days_of_the_real_file_come_to_its_totals(shop: Tandem, tmp_path: Path) -> None:
    source = shared("invoices-online-retail", "online_retail.csv.gz")
    rows = [row for row in rows_of(source) if row["InvoiceDate"][:10] in DAYS]
    path = tmp_path / "retail.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    wanted, report = expected(rows), bring(shop, path)
    assert {row: why for row, why, _cells in report.refused} == wanted.refused
    assert len(wanted.refused) == 33
    assert report.counts == {"create": len(rows) - 33, "refused": 33}
    with shop.read() as session:
        by_country, by_customer, kinds = stored(session)
        days = set(session.scalars(select(Invoice.date)))
    assert differences("country", wanted.by_month_and_country, by_country) == []
    assert differences("customer", wanted.by_customer, by_customer) == []
    assert kinds == wanted.documents == {"invoice": 188, "credit_note": 40}
    assert days == {date.fromisoformat(day) for day in DAYS}
    assert shop.broken() == []
    again = bring(shop, path)
    assert again.counts == {"same": len(rows) - 33, "refused": 33}
    assert counted(shop, Invoice) == 228
