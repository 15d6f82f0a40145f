"""What is measured: each piece of work as the product does it, and its floor, in turn on the same database."""

import csv
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import event, select

from bench import floor
from bench.building import COUNTRIES, LAST, START
from bench.serving import Request, Requests, Server
from core.registry.kernel import Kernel

ROUNDS, CLIENTS, RATE_S = 5, 8, 4.0
#: pieces of names, and how they begin in the demonstration of peers: `garc`
WORDS = [name[:4].lower() for name in LAST]


@dataclass(frozen=True)
class Figure:
    """One row of the table; `better` says which way is."""

    work: str
    unit: str
    product: float
    floor: float | None = None
    target: str = ""


@dataclass(frozen=True)
class Work:
    """Requests that the product and the floor answer with the same content."""

    name: str
    product: Requests
    floor: Requests
    target: str
    times: int = 40


@dataclass
class Keys:
    """Records that the requests are about."""

    contacts: list[int]
    products: list[int]

    @classmethod
    def of(cls, kernel: Kernel) -> "Keys":
        """A thousand of each."""
        from addons.base_catalog.models import Product
        from addons.crm_contacts.models import Contact

        with kernel.database.read() as session:
            contacts = session.scalars(select(Contact.id).order_by(Contact.id).limit(1000)).all()
            return cls(list(contacts), list(session.scalars(select(Product.id).order_by(Product.id).limit(1000)).all()))


def get(path: str) -> Requests:
    """The same page again and again."""
    return lambda number: Request("GET", path)


def works(keys: Keys) -> list[Work]:
    """Pages and commands of one client."""
    cube = "/erp_invoicing/invoice_line/?view=pivot&rows=month(date)&cols=category&measures=sum:amount"

    def person(number: int) -> dict[str, str]:
        return {"name": f"Measured {number} {time.time_ns()}", "kind": "person", "email": f"m{number}@example.com"}

    return [
        Work("contacts list, 80 rows by name", get("/crm_contacts/contact/"), get("/contacts"), "< 5 ms"),
        Work(
            "the same, name contains",
            lambda n: Request("GET", f"/crm_contacts/contact/?q={quote(WORDS[n % len(WORDS)])}"),
            lambda n: Request("GET", f"/search?q={quote(WORDS[n % len(WORDS)])}"),
            "< 10 ms",
        ),
        Work("the same, grouped by country", get("/crm_contacts/contact/?group=country"), get("/countries"), "< 8 ms"),
        Work(
            "one contact form",
            lambda n: Request("GET", f"/crm_contacts/contact/{keys.contacts[n % len(keys.contacts)]}"),
            lambda n: Request("GET", f"/contact/{keys.contacts[n % len(keys.contacts)]}"),
            "< 8 ms",
        ),
        Work(
            "create a contact (API)",
            lambda n: Request("POST", "/api/v1/crm_contacts/contact", person(n)),
            lambda n: Request("POST", "/contact", person(n)),
            "< 4 ms",
        ),
        Work(
            "create and post an invoice of 4 lines (API)",
            lambda n: Request("POST", "/api/v1/erp_invoicing/invoice?then=post", invoice(keys, n)),
            lambda n: Request("POST", "/invoice", invoice(keys, n)),
            "< 12 ms",
        ),
        Work("cube of all lines, month x category", get(cube), get("/cube"), "< 100 ms", times=5),
    ]


def invoice(keys: Keys, number: int) -> dict[str, Any]:
    """A draft of four lines."""
    chance = random.Random(number)
    lines = [
        {"product": key, "quantity": str(chance.randint(1, 9)), "price": str(Decimal(chance.randint(100, 99_999)) / 100)}
        for key in chance.sample(keys.products, 4)
    ]
    return {"contact": chance.choice(keys.contacts), "date": START.isoformat(), "lines": lines}


def single(work: Work, product: Server, bare: Server) -> Figure:
    """Median milliseconds of one client, product and floor in turn, after one round that is not counted."""
    mine, theirs = list[float](), list[float]()
    for turn in range(ROUNDS + 1):
        at = turn * work.times
        taken = product.times(work.product, work.times, at), bare.times(work.floor, work.times, at)
        if turn:
            mine += taken[0]
            theirs += taken[1]
    return Figure(work.name, "ms", statistics.median(mine), statistics.median(theirs), work.target)


def many(work: Work, product: Server, bare: Server, target: str) -> Figure:
    """Answers a second to eight clients."""
    product.rate(work.product, CLIENTS, 1.0, 1_000_000)
    ours = statistics.median(product.rate(work.product, CLIENTS, RATE_S, 2_000_000 + turn * 100_000)[0] for turn in range(3))
    floors = statistics.median(bare.rate(work.floor, CLIENTS, RATE_S / 2)[0] for _ in range(3))
    return Figure(f"{work.name}, {CLIENTS} clients", "a second", ours, floors, target)


def queries_of(kernel: Kernel, ask: Callable[[], Any]) -> int:
    """The statements that answering takes, when everything that is kept is kept already."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    ask()
    event.listen(kernel.database.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(kernel.database.engine, "before_cursor_execute", note)
    return len(seen)


def imported(kernel: Kernel, composition: Any, folder: Path, count: int) -> Figure:
    """Rows a second of a CSV of contacts through the import; the floor is one executemany."""
    from core.importing.service import import_file

    path = folder / "contacts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Name", "Kind", "Email", "Phone", "City", "Country"])
        writer.writerows(people(count))
    begun = time.perf_counter()
    report = import_file(kernel, composition, "crm_contacts.contact", path)
    taken = time.perf_counter() - begun
    if report.counts.get("create") != count:
        raise RuntimeError(f"the import made of {count} rows: {report.counts}")
    begun = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(row["Name"], row["Kind"], row["Email"]) for row in csv.DictReader(file)]
    insert_bare(rows)
    return Figure(f"import of {count:,} contacts", "rows/s", count / taken, count / (time.perf_counter() - begun), "> 6,000")


def people(count: int) -> Iterator[list[str]]:
    """Rows of a file."""
    for number in range(count):
        email, country = f"file{number}@example.com", COUNTRIES[number % len(COUNTRIES)]
        yield [f"From a file {number}", "person", email, f"+54 341 {number:07}", "Rosario", country]


def insert_bare(rows: list[tuple[str, str, str]]) -> None:
    """One executemany in one transaction, through the driver."""
    held = floor.connection()
    sql = "insert into floor_contact (name, kind, email) values (?, ?, ?)"
    if floor.is_sqlite():
        held.execute("begin immediate")
        held.executemany(sql, rows)
        held.execute("commit")
        return
    with held.transaction(), held.cursor() as cursor:
        cursor.executemany(sql.replace("?", "%s"), rows)
