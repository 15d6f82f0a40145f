"""The data of the measurements: contacts, products and posted invoices, made through the product's own rows and posting."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from bench.installations import swept
from core.db import insert_rows
from core.registry import lifecycle
from core.registry.demo import demo_info
from core.registry.first_start import EMPTY
from core.registry.kernel import Kernel
from core.registry.state import read_state

# fmt: off
FIRST = ("Ana", "Luis", "María", "José", "Carmen", "Pedro", "Lucía", "Jorge", "Elena", "Iván", "Olga", "Sergei", "Nadia",
         "Tomás", "Clara", "Hugo", "Irene", "Pablo", "Vera", "Mateo")
LAST = ("García", "López", "Martínez", "Rodríguez", "Fernández", "Suárez", "Gómez", "Díaz", "Torres", "Romero", "Petrov",
        "Ivanova", "Smirnov", "Kuznetsov", "Molina", "Sosa")
CITIES = ("La Plata", "Rosario", "Córdoba", "Mendoza", "Salta", "Madrid", "Sevilla", "Bilbao", "Lugo", "Moscú", "Kazán",
          "Montevideo")
# fmt: on
COUNTRIES = ("AR", "ES", "RU", "UY", "CL", "MX", "PE", "DE", "FR", "IT", "PT", "GB")
CHUNK, BATCH, CATEGORIES = 5_000, 500, 50
START, DAYS = date(2026, 1, 1), 360


@dataclass(frozen=True)
class Size:
    """How much is built."""

    contacts: int = 100_000
    products: int = 10_000
    invoices: int = 50_000


def install(kernel: Kernel) -> float:
    """All addons on an empty database; the seconds that took."""
    from core.access.accounts import add_user
    from core.db import Company

    begun = time.perf_counter()
    lifecycle.upgrade(kernel)
    with kernel.database.write() as session:
        session.add(Company(**EMPTY))
        session.flush()
        add_user(session, "admin", ["admin"], "a password for measuring")
    for name in kernel.addons:
        if name not in read_state(kernel.database).enabled:
            lifecycle.enable(kernel, name)
    return time.perf_counter() - begun


def build(kernel: Kernel, size: Size, tell: Callable[[str], None] = print) -> None:
    """Fill an installation; deterministic."""
    state = read_state(kernel.database)
    composition = kernel.compose(state.enabled, state.generation)
    info, chance = demo_info(kernel.database, composition), random.Random(7)
    contacts = build_contacts(kernel, info, size.contacts, chance)
    tell(f"{len(contacts):,} contacts")
    products = build_products(kernel, info, size.products, chance)
    tell(f"{len(products):,} products")
    begun = time.perf_counter()
    build_invoices(kernel, info, size.invoices, contacts, products, chance)
    tell(f"{size.invoices:,} invoices posted in {time.perf_counter() - begun:,.0f} s")
    swept(kernel)


def contact_row(number: int, chance: random.Random, company: int | None) -> dict[str, Any]:
    """One invented contact: a company, or a person who works at one."""
    person = f"{chance.choice(FIRST)} {chance.choice(LAST)} {chance.choice(LAST)}"
    name = f"{person} {number}" if company is not None else f"{chance.choice(LAST)} y Cía. {number}"
    return {
        "name": name,
        "kind": "person" if company is not None else "company",
        "company_id": company or None,
        "email": f"c{number}@example.com",
        "phone": f"+54 221 {number:07}",
        "city": chance.choice(CITIES),
        "country": chance.choice(COUNTRIES),
        "street": f"Calle {number % 900} nº {number % 77}",
        "customer": chance.random() < 0.6,
        "supplier": False,
        "active": True,
    }


def build_contacts(kernel: Kernel, info: dict[str, Any], count: int, chance: random.Random) -> list[int]:
    """Their keys: one in five is a company, and half of the people work at one."""
    from addons.crm_contacts.models import Contact

    made: list[int] = []
    companies = count // 5
    ends = [*range(CHUNK, companies, CHUNK), *range(companies, count, CHUNK), count]
    for start, end in pairwise([0, *ends]):
        places = [None if n < companies else chance.choice(made[:companies]) * (n % 2) for n in range(start, end)]
        rows = [contact_row(n, chance, place) for n, place in zip(range(start, end), places, strict=True)]
        with kernel.database.write(**info) as session:
            made += insert_rows(session, Contact, rows)
    return made


def build_products(kernel: Kernel, info: dict[str, Any], count: int, chance: random.Random) -> list[tuple[int, Decimal]]:
    """Their keys and prices."""
    from addons.base_catalog.models import Category, Product

    with kernel.database.write(**info) as session:
        categories = [Category(name=f"Category {n:02}") for n in range(CATEGORIES)]
        session.add_all(categories)
        session.flush()
        prices = [Decimal(chance.randint(100, 99_999)) / 100 for _ in range(count)]
        session.add_all(
            Product(
                code=f"P{n:05}",
                name=f"{chance.choice(LAST)} article {n}",
                category=categories[n % CATEGORIES],
                price=price,
                kind="service",
            )
            for n, price in enumerate(prices)
        )
        session.flush()
        keys = session.scalars(select(Product.id).order_by(Product.id)).all()
    return list(zip(keys, prices, strict=True))


def build_invoices(
    kernel: Kernel,
    info: dict[str, Any],
    count: int,
    contacts: list[int],
    products: list[tuple[int, Decimal]],
    chance: random.Random,
) -> None:
    """Posted invoices of four lines, through the posting of whole files; a batch a transaction."""
    from addons.base_catalog.models import Product
    from addons.erp_invoicing.models import Tax
    from addons.erp_invoicing.operations import document_type, post_sales
    from core.db import Company

    for start in range(0, count, BATCH):
        with kernel.database.write(**info) as session:
            company = session.scalars(select(Company)).one()
            kind = document_type(session, "invoice")
            tax = session.scalars(select(Tax).where(Tax.kind == "vat", Tax.rate == 21)).first()
            categories = dict(session.execute(select(Product.id, Product.category_id)).tuples().all())
            sales = []
            for number in range(start, min(start + BATCH, count)):
                day = START + timedelta(number * DAYS // count)
                chosen = [chance.choice(products) for _ in range(4)]
                sales.append(sale(kind, tax, chance, chance.choice(contacts), day, chosen, categories))
            post_sales(session, sales, company)


def sale(
    kind: Any,
    tax: Any,
    chance: random.Random,
    contact: int,
    day: date,
    chosen: list[tuple[int, Decimal]],
    categories: dict[int, int | None],
) -> Any:
    """One invoice of these products."""
    from addons.erp_invoicing.operations import Party, Sale, SaleLine, tax_line
    from core.values.tax import calculate

    lines = [
        SaleLine(
            product_id=key,
            product_code=None,
            description=f"Article {key}",
            quantity=Decimal(chance.randint(1, 9)),
            price=price,
            category_id=categories[key],
            tax=tax,
        )
        for key, price in chosen
    ]
    taxed = [tax_line(line.quantity, line.price, line.discount, line.tax) for line in lines]
    totals = calculate(taxed, EMPTY["currency"])
    return Sale(type=kind, party=Party(contact, f"Customer {contact}"), date=day, reference="", lines=lines, totals=totals)
