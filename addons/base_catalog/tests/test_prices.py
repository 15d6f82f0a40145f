"""Which rule of a price list gives the price, and why."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from addons.base_catalog.models import Category, PriceList, PriceRule, Product, Unit
from addons.base_catalog.operations import (
    change_prices,
    converted,
    copy_price_list,
    find_product,
    give_price_list,
    price_for,
)
from core.errors import Invalid, Refused
from core.screens.records.writing import write_record

DAY = date(2026, 3, 9)


@pytest.fixture
def shop(tandem):
    """A chair and a stool in a branch, and a list for shops."""
    books = tandem("base_catalog")
    with books.write() as session:
        furniture = Category(name="Furniture")
        chairs = Category(name="Chairs", parent=furniture)
        session.add(Product(code="CHA", name="Chair", category=chairs, price=D("48500"), tax_rate=D(21)))
        session.add(Product(code="STO", name="Stool", category=chairs, price=D("20000")))
        session.add(
            PriceList(
                name="Shops",
                rules=[
                    PriceRule(position=0, discount=D(3)),
                    PriceRule(position=1, category=furniture, discount=D(5)),
                    PriceRule(position=2, category=chairs, discount=D(10)),
                    PriceRule(position=3, category=chairs, discount=D(15), min_quantity=D(24)),
                ],
            )
        )
    return books


def chair(session):
    return find_product(session, "cha")


def shops(session):
    return session.scalars(select(PriceList)).one()


def test_the_rule_that_names_the_product_most_closely_wins(shop):
    with shop.write() as session:
        prices, product = shops(session), chair(session)
        assert price_for(session, product, price_list=prices, date=DAY).discount == 10
        prices.rules.append(PriceRule(position=9, product=product, kind="fixed", price=D("40000.5")))
        session.flush()
        answer = price_for(session, product, price_list=prices, date=DAY)
        assert (answer.price, answer.discount) == (D("40000.5"), 0)
        assert str(answer.why) == "Price list Shops: fixed price for CHA Chair."


def test_many_cost_less_and_the_answer_says_why(shop):
    with shop.read() as session:
        few = price_for(session, chair(session), None, D(6), DAY, shops(session))
        many = price_for(session, chair(session), None, D(24), DAY, shops(session))
        assert (few.discount, many.discount) == (10, 15)
        assert few.net == Fraction(43650)
        assert str(many.why) == "Price list Shops: 15 % off Furniture / Chairs, from 24 units."


def test_a_rule_counts_only_in_its_time(shop):
    with shop.write() as session:
        prices = shops(session)
        prices.rules.append(
            PriceRule(position=9, product=chair(session), discount=D(50), starts=date(2026, 4, 1), ends=date(2026, 4, 30))
        )
        session.flush()
        for day, discount in (
            (date(2026, 3, 31), 10),
            (date(2026, 4, 1), 50),
            (date(2026, 4, 30), 50),
            (date(2026, 5, 1), 10),
        ):
            assert price_for(session, chair(session), date=day, price_list=shops(session)).discount == discount


def test_a_customer_has_its_own_list_and_a_given_one_wins(shop):
    with shop.write() as session:
        give_price_list(session, 7, shops(session))
        none = PriceList(name="None")
        session.add(none)
        session.flush()
        assert price_for(session, chair(session), 7, date=DAY).discount == 10
        assert price_for(session, chair(session), 8, date=DAY).discount == 0
        assert price_for(session, chair(session), 7, date=DAY, price_list=none).discount == 0
        give_price_list(session, 7, None)
        assert price_for(session, chair(session), 7, date=DAY).discount == 0


def test_prices_of_a_branch_change_at_once_and_exactly(shop):
    with shop.write() as session:
        branch = session.scalars(select(Category).where(Category.name == "Furniture")).one()
        change_prices(session, percent=D("7.5"), category=branch, digits=2)
        session.flush()
        assert [p.price for p in session.scalars(select(Product).order_by(Product.id))] == [D("52137.50"), D("21500")]
        with pytest.raises(Invalid, match="would leave no price"):
            change_prices(session, percent=D(-100))


def test_a_copied_list_has_the_same_rules(shop):
    with shop.write() as session:
        first = shops(session)
        twin = copy_price_list(session, first, name="Hotels")
        assert [rule.discount for rule in twin.rules] == [rule.discount for rule in first.rules] == [3, 5, 10, 15]
        assert price_for(session, chair(session), date=DAY, price_list=twin).discount == 10


def test_codes_are_one_whatever_their_case(shop):
    with pytest.raises(IntegrityError), shop.write() as session:
        session.add(Product(code=" cha", name="Other"))
        session.flush()


def test_units_convert_exactly_within_a_dimension(shop):
    with shop.read() as session:
        units = {unit.symbol: unit for unit in session.scalars(select(Unit))}
        assert converted(D("2.5"), units["kg"], units["g"]) == 2500
        assert converted(D(1), units["cm"], units["m"]) == Fraction(1, 100)
        with pytest.raises(Refused, match="measure different things"):
            converted(D(1), units["kg"], units["m"])


def test_a_fixed_price_is_for_something(shop):
    """CAT3: no price for everything; the page refuses it like the database."""
    with pytest.raises(IntegrityError), shop.write() as session:
        prices = shops(session)
        prices.rules.append(PriceRule(position=9, kind="fixed", price=D("1")))
    with pytest.raises(Invalid), shop.write() as session:
        rule = {"kind": "fixed", "price": "1"}
        write_record(session, PriceList, None, {"name": "Friends", "rules": [rule]})
