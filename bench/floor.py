"""The floor: the same work as plain SQL through the driver and a bare Flask answer; no rights, no history, no views.

`bench.floor:application` serves it; TANDEM_DATABASE_URL names the database that the product was filled in.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from html import escape
from typing import Any

import psycopg
from flask import Flask, Response, request
from sqlalchemy.engine import make_url

COLUMNS = "c.id, c.name, f.name, c.role, c.email, c.phone, c.city, c.assigned_to_id, c.last_contact_at"
PAGE = "<!doctype html><title>Floor</title><table>{}</table>"
LAST_ID = "returning id"
TABLES = (
    "create table floor_contact (id {key}, name text, kind text, email text, created_at text)",
    "create table floor_series (id integer primary key, last integer)",
    "insert into floor_series values (1, 0)",
    "create table floor_invoice (id {key}, number int, contact_id int, day text, net bigint, tax bigint, total bigint)",
    "create table floor_line (id {key}, invoice_id integer, product_id integer, quantity bigint, price bigint, net bigint)",
    "create table floor_entry (id {key}, invoice_id integer, day text)",
    "create table floor_entry_line (id {key}, entry_id integer, account_id integer, debit bigint, credit bigint)",
)
_own = threading.local()


def is_sqlite() -> bool:
    """Which kind the database is."""
    return os.environ["TANDEM_DATABASE_URL"].startswith("sqlite")


def connection() -> Any:
    """The thread's own connection; statements outside a transaction commit by themselves."""
    if not hasattr(_own, "connection"):
        url = make_url(os.environ["TANDEM_DATABASE_URL"])
        if is_sqlite():
            _own.connection = sqlite3.connect(str(url.database), isolation_level=None, timeout=20)
            for pragma in ("journal_mode=wal", "synchronous=full", "mmap_size=268435456", "cache_size=-16000"):
                _own.connection.execute(f"pragma {pragma}")
        else:
            address = url.set(drivername="postgresql").render_as_string(hide_password=False)
            _own.connection = psycopg.connect(address, autocommit=True)
            _own.connection.execute("set jit = off")
    return _own.connection


def run(sql: str, *values: Any) -> list[Any]:
    """The rows of a statement written for SQLite."""
    cursor = connection().execute(sql if is_sqlite() else sql.replace("?", "%s"), values)
    return list(cursor.fetchall()) if cursor.description else []


def make_tables() -> None:
    """Tables of its own for what is written, without guards."""
    key = "integer primary key" if is_sqlite() else "integer generated always as identity primary key"
    for statement in TABLES:
        run(statement.format(key=key))


def table(rows: Sequence[Sequence[Any]]) -> Response:
    """Rows as an HTML table."""
    cells = ("".join(f"<td>{escape(str(cell)) if cell is not None else ''}</td>" for cell in row) for row in rows)
    return Response(PAGE.format("".join(f"<tr>{row}</tr>" for row in cells)), mimetype="text/html")


application = Flask(__name__)


@application.get("/contacts")
def contacts() -> Response:
    """80 by name."""
    joined = f"select {COLUMNS} from crm_contacts_contact c left join crm_contacts_contact f on f.id = c.company_id"
    return table(run(f"{joined} where c.active order by c.name_folded, c.id limit 80"))


@application.get("/search")
def search() -> Response:
    """80 by name that hold a piece of text."""
    joined = f"select {COLUMNS} from crm_contacts_contact c left join crm_contacts_contact f on f.id = c.company_id"
    word = request.args["q"].lower()
    found = (
        "c.id in (select rowid from crm_contacts_contact_search where crm_contacts_contact_search match ?)"
        if is_sqlite()
        else "c.search_text like ?"
    )
    piece = f'"{word}"' if is_sqlite() else f"%{word}%"
    return table(run(f"{joined} where c.active and {found} order by c.name_folded, c.id limit 80", piece))


@application.get("/countries")
def countries() -> Response:
    """Counts by country."""
    return table(run("select country, count(*) from crm_contacts_contact where active group by country order by country"))


@application.get("/contact/<int:key>")
def contact(key: int) -> Response:
    """One contact, its last ten lines of history."""
    found = run("select * from crm_contacts_contact where id = ?", key)
    history = "select at, kind, text from crm_contacts_timeline_entry where contact_id = ? order by at desc limit 10"
    return table([*([value] for value in found[0]), *run(history, key)])


@application.post("/contact")
def make_contact() -> dict[str, Any]:
    """Insert one."""
    said: dict[str, Any] = request.get_json()
    sql = f"insert into floor_contact (name, kind, email, created_at) values (?, ?, ?, ?) {LAST_ID}"
    return {"id": run(sql, said["name"], said["kind"], said["email"], str(time.time()))[0][0]}


@application.post("/invoice")
def make_invoice() -> dict[str, Any]:
    """Number, document of four lines, entry of three: one transaction."""
    said: dict[str, Any] = request.get_json()
    amounts = [round(float(line["quantity"]) * float(line["price"]) * 10_000) for line in said["lines"]]
    net, tax = sum(amounts), round(sum(amounts) * 0.21)
    if is_sqlite():
        run("begin immediate")
        key = post(said, amounts, net, tax)
        run("commit")
        return {"id": key}
    with connection().transaction():
        return {"id": post(said, amounts, net, tax)}


def post(said: dict[str, Any], amounts: list[int], net: int, tax: int) -> int:
    """The statements of a posting."""
    number = run("update floor_series set last = last + 1 where id = 1 returning last")[0][0]
    head = "insert into floor_invoice (number, contact_id, day, net, tax, total) values (?, ?, ?, ?, ?, ?)"
    key: int = run(f"{head} {LAST_ID}", number, said["contact"], said["date"], net, tax, net + tax)[0][0]
    for line, amount in zip(said["lines"], amounts, strict=True):
        row = (key, line["product"], round(float(line["quantity"])), round(float(line["price"]) * 10_000), amount)
        run("insert into floor_line (invoice_id, product_id, quantity, price, net) values (?, ?, ?, ?, ?)", *row)
    entry = run(f"insert into floor_entry (invoice_id, day) values (?, ?) {LAST_ID}", key, said["date"])[0][0]
    for account, debit, credit in ((1, net + tax, 0), (2, 0, net), (3, 0, tax)):
        fields = "(entry_id, account_id, debit, credit) values (?, ?, ?, ?)"
        run(f"insert into floor_entry_line {fields}", entry, account, debit, credit)
    return key


@application.get("/cube")
def cube() -> Response:
    """Net of sales by month and category."""
    sums = "select l.month, c.path, sum(l.amount) from erp_invoicing_invoice_line l"
    joined = f"{sums} left join base_catalog_category c on c.id = l.category_id"
    where = "where l.company_id = 1 and l.month is not null and l.kind in ('invoice', 'credit_note', 'debit_note')"
    return table(run(f"{joined} {where} group by l.month, c.path order by l.month, c.path"))
