"""541,909 real lines of sales through the product's import: how fast, what was refused, and whether all totals agree.

    python -m bench.online_retail                                 # SQLite
    python -m bench.online_retail --postgresql URL_OF_A_SERVER    # a database of its own, dropped afterwards

What the totals must be is reckoned from the file alone, with csv and Decimal. Any difference, and any row of `tandem
health`, is printed and makes the exit status 1.
"""

import argparse
import csv
import gzip
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.building import install
from bench.installations import installation
from core.registry.kernel import Kernel
from core.registry.settings import CHECKOUT

FILE = CHECKOUT.parent / "shared" / "data" / "invoices-online-retail" / "online_retail.csv.gz"
MODEL, CENT = "erp_invoicing.invoice", Decimal("0.01")
NOTE = "A stock note, not a sale: goods go out at price zero"
NOTHING_CHARGED = "A stock note, not a sale: its document charges nothing"
CODES = {  # as ISO 3166 has them; what is no country stays as the file has it
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE", "Brazil": "BR", "Canada": "CA", "Cyprus": "CY",
    "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI", "France": "FR", "Germany": "DE",
    "Greece": "GR", "Hong Kong": "HK", "Iceland": "IS", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB",
    "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO", "Poland": "PL", "Portugal": "PT",
    "RSA": "ZA", "Saudi Arabia": "SA", "Singapore": "SG", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH",
    "USA": "US", "United Arab Emirates": "AE", "United Kingdom": "GB",
}  # fmt: skip
Amounts = dict[Any, Decimal]


@dataclass
class Expected:
    """What a file of these sales must come to, by rules that are written in docs/import.md."""

    by_month_and_country: Amounts = field(default_factory=dict)
    by_customer: Amounts = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    documents: Counter[str] = field(default_factory=Counter)


def expected(rows: Iterable[Mapping[str, str]]) -> Expected:
    """Reckoned from the rows alone: every line to the cent, half up."""
    found, free = Expected(), []
    charged: dict[str, Decimal] = {}
    for number, row in enumerate(rows, 2):
        quantity, price = Decimal(row["Quantity"]), Decimal(row["UnitPrice"])
        amount = (quantity * price).quantize(CENT, ROUND_HALF_UP)
        country = CODES.get(row["Country"], row["Country"])
        customer = row["CustomerID"].removesuffix(".0") or f"WALK-IN {country}".upper()
        month = int(row["InvoiceDate"][:7].replace("-", ""))
        for totals, key in ((found.by_month_and_country, (month, country)), (found.by_customer, customer)):
            totals[key] = totals.get(key, Decimal(0)) + amount
        if price:
            charged[row["InvoiceNo"]] = charged.get(row["InvoiceNo"], Decimal(0)) + amount
        elif quantity < 0:
            found.refused[number] = NOTE
        else:
            free.append((number, row["InvoiceNo"]))
        found.rows = number - 1
    found.refused |= {number: NOTHING_CHARGED for number, invoice in free if invoice not in charged}
    found.documents.update("credit_note" if total < 0 else "invoice" for total in charged.values())
    for totals in (found.by_month_and_country, found.by_customer):
        for key in [key for key, amount in totals.items() if not amount]:
            del totals[key]
    return found


def rows_of(file: Path) -> Iterator[dict[str, str]]:
    """The rows of the file, packed or not."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def stored(session: Any) -> tuple[Amounts, Amounts, Counter[str]]:
    """What is in the books: net amounts by month and country, by customer's number, and documents by kind."""
    from addons.erp_invoicing.models import ContactBilling, Invoice, InvoiceLine

    lines = select(InvoiceLine.month, Invoice.party_country, func.sum(InvoiceLine.amount))
    lines = lines.join(Invoice, Invoice.id == InvoiceLine.invoice_id).where(Invoice.state == "posted")
    groups = session.execute(lines.group_by(InvoiceLine.month, Invoice.party_country)).all()
    whose = select(ContactBilling.customer_number, func.sum(InvoiceLine.amount)).select_from(InvoiceLine)
    whose = whose.join(ContactBilling, ContactBilling.id == InvoiceLine.contact_id)
    whose = whose.group_by(ContactBilling.customer_number)
    kinds = session.execute(select(Invoice.kind, func.count()).where(Invoice.state == "posted").group_by(Invoice.kind))
    by_country = {(month, country): amount for month, country, amount in groups if amount}
    return by_country, {c: amount for c, amount in session.execute(whose) if amount}, Counter(dict(kinds.all()))


def differences(what: str, wanted: Mapping[Any, Any], found: Mapping[Any, Any]) -> list[str]:
    """A line for each key that differs."""
    keys = sorted({*wanted, *found}, key=str)
    return [f"{what} {k}: {wanted.get(k)} in the file, {found.get(k)} here" for k in keys if wanted.get(k) != found.get(k)]


def prepare(kernel: Kernel) -> None:
    """All addons, a British company, the two years of the file."""
    from addons.erp_ledger.operations import ensure_year
    from core.db import Company

    install(kernel)
    with kernel.database.write() as session:
        company = session.scalars(select(Company)).one()
        company.name, company.country, company.currency, company.zone = "Gift wholesaler", "GB", "GBP", "Europe/London"
        for year in (2010, 2011):
            ensure_year(session, company.id, year)


def measure(kernel: Kernel, file: Path) -> list[str]:
    """Bring the file in twice, print what that took and gave; the faults that were found."""
    from core.cli.opening import composed, system_info
    from core.db import run_checks
    from core.importing.service import import_file

    composition = composed(kernel)
    with timed() as first:
        report = import_file(kernel, composition, MODEL, file)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with timed() as second:
        again = import_file(kernel, composition, MODEL, file)
    wanted = expected(rows_of(file))
    with kernel.database.read(**system_info(kernel, composition)) as session:
        by_country, by_customer, kinds = stored(session)
        with timed() as checking:
            findings = [f"health: {finding}" for finding in run_checks(session, composition.checks)]
    refused = {row: why for row, why, _cells in report.refused}
    told(report, wanted.rows)
    tell("seconds", f"{first[0]:.1f}")
    tell("rows/s", f"{wanted.rows / first[0]:,.0f}")
    tell("documents/s", f"{sum(kinds.values()) / first[0]:,.0f}")
    tell("most memory, MB", f"{memory_mb:,.0f}")
    tell("seconds of a second run, which adds nothing", f"{second[0]:.1f}")
    tell("seconds of health", f"{checking[0]:.1f}")
    print_months(wanted.by_month_and_country, by_country)
    faults = differences("month and country", wanted.by_month_and_country, by_country)
    faults += differences("customer", wanted.by_customer, by_customer)
    faults += differences("documents", wanted.documents, kinds)
    faults += differences("refused row", wanted.refused, refused)
    left = {"refused": len(wanted.refused), "same": wanted.rows - len(wanted.refused)}
    return faults + differences("the second time, rows", left, again.counts) + findings


@contextmanager
def timed() -> Iterator[list[float]]:
    """The seconds that it took, once it is over."""
    taken: list[float] = []
    begun = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - begun)


def told(report: Any, rows: int) -> None:
    """What became of the rows, and why some did not go in."""
    tell("rows", f"{rows:,}")
    for verdict, count in sorted(report.counts.items()):
        tell(f"  {verdict}", f"{count:,}")
    for why, count in Counter(why for _row, why, _cells in report.refused).most_common():
        tell(f"    {why}", f"{count:,}")
    for name, count in report.figures.items():
        tell(name, f"{count:,}")


def tell(what: str, figure: str) -> None:
    """One row of the table."""
    print(f"{what:<62} {figure:>12}")


def print_months(wanted: Amounts, found: Amounts) -> None:
    """The totals of the file and of the books, month by month over all countries."""
    print(f"\n{'month':<8} {'countries':>9} {'from the file':>16} {'in the books':>16} {'difference':>12}")
    for month in sorted({key[0] for key in wanted}):
        mine = [amount for key, amount in wanted.items() if key[0] == month]
        here = sum((amount for key, amount in found.items() if key[0] == month), Decimal(0))
        print(f"{month:<8} {len(mine):>9} {sum(mine):>16,.2f} {here:>16,.2f} {here - sum(mine):>12,.2f}")
    both = sum(wanted.values()), sum(found.values())
    print(f"{'all':<8} {len({key[1] for key in wanted}):>9} {both[0]:>16,.2f} {both[1]:>16,.2f} {both[1] - both[0]:>12,.2f}")


def main() -> int:
    """The exit status."""
    asked = argparse.ArgumentParser(description="The whole of Online Retail through `tandem import`.")
    asked.add_argument("--postgresql", default="", help="a server to make a database on, postgresql+psycopg://...")
    asked.add_argument("--file", type=Path, default=FILE)
    given = asked.parse_args()
    if not given.file.exists():
        print(f"{given.file} is not here")
        return 1
    with installation(given.postgresql, "retail") as kernel:
        print(f"Online Retail on {kernel.database.dialect}\n")
        prepare(kernel)
        faults = measure(kernel, given.file)
    print(f"\n{len(faults)} differences and rows of health" if faults else "\nall totals agree, health is clean")
    for fault in faults[:50]:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
