"""The customers, suppliers and leads of Muebles del Plata; all of them are invented."""

from datetime import date, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.crm_contacts.models import Contact, ContactShare, ContactWindow, Tag, TimelineEntry
from core.access.models import User
from core.db import now, today

TAGS = (("Hardware shop", "amber"), ("Hotel", "iris"), ("School", "moss"), ("Architect", "plum"), ("Press", "slate"))
COMPANIES = (
    # name, city, role, tag
    ("Ferretería El Sol", "La Plata", "customer", "Hardware shop"),
    ("Casa Lumen", "Buenos Aires", "customer", ""),
    ("Hotel Miramar", "Mar del Plata", "customer", "Hotel"),
    ("Colegio San Ponciano", "La Plata", "customer", "School"),
    ("Estudio Norte", "Rosario", "customer", "Architect"),
    ("Muebles Paraná", "Paraná", "customer", ""),
    ("Maderas del Sur", "Bahía Blanca", "supplier", ""),
    ("Herrajes Avellaneda", "Avellaneda", "supplier", ""),
    ("Textil La Rueca", "Tucumán", "supplier", ""),
    ("Electro Luz", "Córdoba", "both", ""),
    ("Construcciones Norte", "Rosario", "customer", ""),
    ("Café Las Violetas", "Buenos Aires", "customer", ""),
    ("Bodega Tres Ríos", "Mendoza", "customer", ""),
    ("Hostería Los Álamos", "Bariloche", "customer", "Hotel"),
    ("Biblioteca Popular Moreno", "Moreno", "lead", "School"),
    ("Clínica del Parque", "Córdoba", "lead", ""),
    ("Arquitectas Ledesma y Roca", "Córdoba", "customer", "Architect"),
    ("Librería El Ateneo Chico", "Salta", "lead", ""),
    ("Ferretería Don Pascual", "Quilmes", "customer", "Hardware shop"),
    ("Revista Habitar", "Buenos Aires", "lead", "Press"),
    ("Panadería La Espiga", "San Juan", "customer", ""),
    ("Teatro del Lago", "Ushuaia", "customer", ""),
    ("Inmobiliaria Costa", "Pinamar", "lead", ""),
    ("Transportes Iguazú", "Posadas", "supplier", ""),
)
FIRST = ("Ana", "Martín", "Lucía", "Diego", "Sofía", "Pablo", "Carla", "Julián", "Marta", "Nicolás", "Elena", "Tomás")
LAST = ("Suárez", "Rey", "Ferrari", "Paz", "Gómez", "Álvarez", "Núñez", "Ibáñez", "Quiroga", "Sosa", "Molina", "Vega")
TITLES = ("owner", "buyer", "manager", "accounts", "architect", "workshop")
STREETS = ("Calle 12", "Av. San Martín", "Belgrano", "Rivadavia", "Mitre", "Sarmiento")
SOURCES = ("fair", "recommendation", "website", "newspaper", "")


def load(session: Session) -> None:
    """Companies with their people, tags, preferred times, and one share; once."""
    if session.scalar(select(Contact.id).where(Contact.name == "Ferretería El Sol")) is not None:
        return
    random, users = Random(7), list(session.scalars(select(User).where(User.active).order_by(User.id)))
    tags = {name: Tag(name=name, color=color) for name, color in TAGS}
    session.add_all(tags.values())
    made = [_company(random, tags, users, number, *row) for number, row in enumerate(COMPANIES)]
    session.add_all(made)
    session.flush()
    for company in made:
        for _number in range(random.choice((1, 1, 2, 3))):
            session.add(_person(random, company))
    _known_by_name(session, made[0])
    _backdate(session)
    if len(users) > 1:
        until = today(session) + timedelta(days=30)
        made[0].shared_with = [ContactShare(position=0, user=users[1], until=until, reason="holidays")]
    session.flush()


def _known_by_name(session: Session, sun: Contact) -> None:
    """The owner of a hardware shop, and when he collects and takes in goods."""
    ana = {"name": "Ana Suárez", "job_title": "owner", "email": "ana@elsol.example", "mobile": "+54 9 221 455-0132"}
    session.add(Contact(**ana, company=sun, country="AR", city="La Plata"))
    hours = (
        ("collection", "tuesday", "09:00", "12:00", None),
        ("collection", "thursday", "09:00", "12:00", None),
        ("delivery", "monday", "08:00", "11:00", "back gate"),
        ("delivery", "wednesday", "08:00", "11:00", "back gate"),
    )
    sun.windows = [
        ContactWindow(position=n, kind=kind, weekday=day, opens=opens, closes=closes, note=note)
        for n, (kind, day, opens, closes, note) in enumerate(hours)
    ]


def _backdate(session: Session) -> None:
    """The cards were made in the course of a year that is now over."""
    session.flush()
    entries = session.scalars(select(TimelineEntry).order_by(TimelineEntry.id)).all()
    for number, entry in enumerate(entries):
        entry.at = now() - timedelta(days=360 - number * 2, hours=number % 7)
    session.flush()


def _company(
    random: Random, tags: dict[str, Tag], users: list[User], number: int, name: str, city: str, role: str, tag: str
) -> Contact:
    """One firm, with a tax number that no real one has."""
    word = name.split()[-1].lower().replace("á", "a").replace("é", "e").replace("í", "i").replace("ó", "o")
    return Contact(
        name=name,
        kind="company",
        email=f"info@{word}.example",
        phone=f"+54 {random.randint(220, 389)} 4{random.randint(10, 99)}-{random.randint(1000, 9999)}",
        street=f"{random.choice(STREETS)} {random.randint(100, 2900)}",
        city=city,
        postcode=f"{random.randint(1000, 9400)}",
        country="AR",
        tax_id=f"30-{71000000 + number * 137:08d}-{number % 10}",
        language="es",
        source=random.choice(SOURCES) or None,
        customer=role in ("customer", "both"),
        supplier=role in ("supplier", "both"),
        tags=[tags[tag]] if tag else [],
        assigned_to=users[number % len(users)] if users else None,
    )


def _person(random: Random, company: Contact) -> Contact:
    """Somebody who works there."""
    first, last = random.choice(FIRST), random.choice(LAST)
    domain = (company.email or "@example").partition("@")[2]
    return Contact(
        name=f"{first} {last}",
        company=company,
        job_title=random.choice(TITLES),
        email=f"{first}.{random.randint(1, 99)}@{domain}".lower().replace("í", "i").replace("á", "a").replace("ó", "o"),
        mobile=f"+54 9 {random.randint(220, 389)} {random.randint(400, 699)}-{random.randint(1000, 9999)}",
        city=company.city,
        country="AR",
        language="es",
        birthday=date(random.randint(1958, 2003), random.randint(1, 12), random.randint(1, 28)),
        assigned_to_id=company.assigned_to_id,
    )
