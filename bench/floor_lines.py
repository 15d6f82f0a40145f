"""The floor of a million lines: one plain statement for each page, and the plainest writer for each file."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import Connection, text

from core.db import Database

SHOWN = (
    "select l.id, l.date, i.number, c.name, g.path, p.name, l.description, l.quantity, l.amount, l.kind"
    " from erp_invoicing_invoice_line l join erp_invoicing_invoice i on i.id = l.invoice_id"
    " join crm_contacts_contact c on c.id = l.contact_id left join base_catalog_category g on g.id = l.category_id"
    " left join base_catalog_product p on p.id = l.product_id"
)
SALES = "where l.company_id = 1 and l.month is not null and l.kind in ('invoice', 'credit_note', 'debit_note')"
NEWEST = "order by l.date desc, l.id desc"


class Plain:
    """Plain SQL through SQLAlchemy's connection, its rows fetched and thrown away."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        middle = "select l.date, l.id from erp_invoicing_invoice_line l where l.date < '2026-01-01'"
        self.middle = connection.execute(text(f"{middle} {NEWEST} limit 1")).one()
        self.category = connection.scalar(text("select min(id) from base_catalog_category"))
        self.contact = connection.scalar(text("select min(contact_id) from erp_invoicing_invoice_line"))

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """All rows of a statement."""
        return list(self.connection.execute(text(sql), values).all())

    def page(self) -> list[Any]:
        """The 80 newest."""
        return self.rows(f"{SHOWN} {SALES} {NEWEST} limit 80")

    def deep_page(self) -> list[Any]:
        """80 from the middle."""
        day, key = self.middle
        return self.rows(f"{SHOWN} {SALES} and (l.date, l.id) < (:day, :key) {NEWEST} limit 80", day=day, key=key)

    def of_contact(self) -> list[Any]:
        """The 80 newest of one contact."""
        return self.rows(f"{SHOWN} {SALES} and l.contact_id = :contact {NEWEST} limit 80", contact=self.contact)

    def groups(self) -> list[Any]:
        """Count and net by category."""
        counted = "select g.path, count(*), sum(l.amount) from erp_invoicing_invoice_line l"
        joined = f"{counted} left join base_catalog_category g on g.id = l.category_id"
        return self.rows(f"{joined} {SALES} group by g.path order by g.path")

    def opened(self) -> list[Any]:
        """The groups, and the 80 newest of one."""
        self.groups()
        return self.rows(f"{SHOWN} {SALES} and l.category_id = :category {NEWEST} limit 80", category=self.category)

    def cube(self) -> list[Any]:
        """Net by month and category."""
        return self.rows(self.summed("sum(l.amount)"))

    def cube_of_two(self) -> list[Any]:
        """Net and quantity by month and category."""
        return self.rows(self.summed("sum(l.amount), sum(l.quantity)"))

    def cube_of_contacts(self) -> list[Any]:
        """Net by contact and month in one category."""
        counted = "select l.contact_id, l.month, sum(l.amount) from erp_invoicing_invoice_line l"
        return self.rows(f"{counted} {SALES} and l.category_id = :category group by 1, 2", category=self.category)

    def summed(self, figures: str) -> str:
        """The statement of a cube."""
        counted = f"select l.month, g.path, {figures} from erp_invoicing_invoice_line l"
        joined = f"{counted} left join base_catalog_category g on g.id = l.category_id"
        return f"{joined} {SALES} group by l.month, g.path order by l.month, g.path"

    def written(self, kind: str, grouped: bool) -> bool:
        """All lines in a file by the plainest means; False where there are none for that format."""
        if kind not in ("csv", "xlsx"):
            return False
        order = "order by g.path, l.date desc, l.id desc" if grouped else NEWEST
        result = self.connection.execution_options(stream_results=True, max_row_buffer=2000).execute(
            text(f"{SHOWN} {SALES} {order}")
        )
        with TemporaryFile() as file:
            if kind == "csv":
                out = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
                rows = csv.writer(out)
                for chunk in result.partitions(2000):
                    rows.writerows(chunk)
                out.detach()
                return True
            import xlsxwriter

            book = xlsxwriter.Workbook(file, {"constant_memory": True})
            page = book.add_worksheet()
            for chunk in result.partitions(2000):
                for row in chunk:
                    page.write_row(page.dim_rowmax + 1 if page.dim_rowmax is not None else 0, 0, map(str, row))
            book.close()
        return True


@contextmanager
def connected(database: Database) -> Iterator[Plain]:
    """A connection for the floor."""
    with database.engine.connect() as connection:
        yield Plain(connection)


def size_mb(database: Database) -> float:
    """How large the database is."""
    sql = {
        "sqlite": "select page_count * page_size from pragma_page_count(), pragma_page_size()",
        "postgresql": "select pg_database_size(current_database())",
    }
    with database.engine.connect() as connection:
        return float(connection.scalar(text(sql[database.dialect])) or 0) / 2**20
