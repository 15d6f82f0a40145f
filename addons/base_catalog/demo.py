"""What Muebles del Plata makes and sells: furniture, lamps, textiles and services."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.base_catalog.models import Category, PriceList, PriceRule, Product, Unit

TREE = (
    ("Furniture",),
    ("Furniture", "Chairs"),
    ("Furniture", "Tables"),
    ("Furniture", "Storage"),
    ("Furniture", "Outdoor"),
    ("Lighting",),
    ("Lighting", "Lamps"),
    ("Lighting", "Bulbs"),
    ("Textiles",),
    ("Textiles", "Cushions"),
    ("Materials",),
    ("Materials", "Wood"),
    ("Materials", "Hardware"),
    ("Services",),
)
GOODS = (
    ("CHA", "Chair Pampa", "Chairs", "48500", "26000"),
    ("CHA-02", "Chair Pampa, oiled", "Chairs", "52300", "28100"),
    ("CHA-04", "Armchair Rosario", "Chairs", "118400", "64200"),
    ("CHA-06", "Bar stool", "Chairs", "39900", "21400"),
    ("CHA-08", "Office chair Delta", "Chairs", "156700", "91000"),
    ("TAB", "Table Tandil, 180", "Tables", "284000", "158000"),
    ("TAB-02", "Table Tandil, 220", "Tables", "346000", "189500"),
    ("TAB-04", "Coffee table", "Tables", "96500", "51000"),
    ("TAB-06", "Desk Norte", "Tables", "198000", "109000"),
    ("STO", "Shelf Andes", "Storage", "124900", "68700"),
    ("STO-02", "Sideboard Salta", "Storage", "312000", "171000"),
    ("STO-04", "Wardrobe", "Storage", "498000", "268000"),
    ("OUT", "Garden bench", "Outdoor", "142000", "79000"),
    ("OUT-02", "Folding chair", "Outdoor", "31500", "16900"),
    ("LAM", "Brass lamp", "Lamps", "12345.67", "6120.35"),
    ("LAM-02", "Floor lamp", "Lamps", "67800", "35400"),
    ("LAM-04", "Pendant, linen", "Lamps", "44200", "22900"),
    ("BUL", "LED bulb 9 W", "Bulbs", "2890", "1310"),
    ("BUL-02", "LED bulb 14 W", "Bulbs", "3790", "1720"),
    ("CUS", "Cushion, wool", "Cushions", "14900", "6900"),
    ("CUS-02", "Seat pad", "Cushions", "9800", "4300"),
    ("WOO", "Oak board, 1 m", "Wood", "18600", "12400"),
    ("WOO-02", "Lenga board, 1 m", "Wood", "11200", "7450"),
    ("HAR", "Hinge, brass", "Hardware", "1890", "940"),
    ("HAR-02", "Screws 4×40, 100", "Hardware", "2650", "1480"),
    ("HAR-04", "Drawer runner", "Hardware", "7400", "4100"),
)
SERVICES = (
    ("ASM", "Assembly", "3333.31", "u"),
    ("DEL", "Delivery in town", "8500", "u"),
    ("HOUR", "Workshop hour", "15800", "h"),
    ("DES", "Interior design", "42000", "h"),
)
RATE = Decimal(21)


def load(session: Session) -> None:
    """Make the tree, the products and two price lists; once."""
    if session.scalar(select(Product.id).where(Product.code_key == "cha")) is not None:
        return
    units = {unit.symbol: unit for unit in session.scalars(select(Unit))}
    categories = _tree(session)
    for code, name, category, price, cost in GOODS:
        session.add(
            Product(
                code=code,
                name=name,
                category=categories[category],
                unit=units["m"] if category == "Wood" else units["u"],
                price=Decimal(price),
                cost=Decimal(cost),
                tax_rate=RATE,
                barcode=f"779{abs(hash_of(code)):010d}",
            )
        )
    for code, name, price, unit in SERVICES:
        service = Product(code=code, name=name, kind="service", category=categories["Services"], unit=units[unit])
        service.price, service.tax_rate = Decimal(price), RATE
        session.add(service)
    session.flush()
    _lists(session, categories)


def hash_of(code: str) -> int:
    """A number that a code always gives, for invented barcodes."""
    number = 7
    for letter in code:
        number = (number * 131 + ord(letter)) % 10**10
    return number


def _tree(session: Session) -> dict[str, Category]:
    """The categories by name."""
    found: dict[str, Category] = {}
    for path in TREE:
        found[path[-1]] = Category(name=path[-1], parent=found[path[-2]] if len(path) > 1 else None)
        session.add(found[path[-1]])
        session.flush()
    return found


def _lists(session: Session, categories: dict[str, Category]) -> None:
    """Shops have ten per cent off furniture and more for many; hotels have fixed prices for lamps."""
    lamp = session.scalars(select(Product).where(Product.code_key == "lam")).one()
    shops = PriceList(name="Shops", currency="ARS")
    shops.rules = [
        PriceRule(position=0, category=categories["Furniture"], discount=Decimal(10)),
        PriceRule(position=1, category=categories["Furniture"], discount=Decimal("12.5"), min_quantity=Decimal(24)),
        PriceRule(position=2, category=categories["Lighting"], discount=Decimal("7.5")),
    ]
    hotels = PriceList(name="Hotels", currency="ARS")
    hotels.rules = [
        PriceRule(position=0, discount=Decimal(5)),
        PriceRule(position=1, product=lamp, kind="fixed", price=Decimal("11100"), min_quantity=Decimal(10)),
    ]
    session.add_all([shops, hotels])
    session.flush()
