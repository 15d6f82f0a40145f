"""No check of health is vacuous: each one finds the damage that it is there for, on both databases."""

from collections.abc import Iterator

import pytest

from core.testing.damage import firing
from core.testing.fixtures import kinds
from core.testing.tandem import Tandem, installed
from tests.health import damage_books, damage_crm, damage_goods, damage_money
from tests.health.furnished import ADDONS, furnish

pytestmark = pytest.mark.xdist_group("furnished company")  # one process makes it, not all
DAMAGE = damage_crm.DAMAGE | damage_books.DAMAGE | damage_goods.DAMAGE | damage_money.DAMAGE


@pytest.fixture(scope="module", params=kinds())
def company(request: pytest.FixtureRequest) -> Iterator[Tandem]:
    """A furnished company, of which every check finds that all is well."""
    with installed(str(request.param), ADDONS) as made:
        furnish(made)
        assert made.broken() == []
        yield made


def test_every_check_has_its_damage(company: Tandem) -> None:
    checks = [check.name for check in company.composition.checks]
    assert sorted(set(checks)) == sorted(checks), "two checks of one name"
    assert set(checks) - set(DAMAGE) == set(), "checks that nothing is known to break"
    assert set(DAMAGE) - set(checks) == set(), "damage for checks that are not there"


@pytest.mark.parametrize("name", sorted(DAMAGE))
def test_damage_is_noticed(company: Tandem, name: str) -> None:
    statements = DAMAGE[name] if isinstance(DAMAGE[name], tuple) else (DAMAGE[name],)
    assert firing(company, *statements, only=name) == {name}


def test_nothing_of_the_damage_stayed(company: Tandem) -> None:
    assert company.broken() == []
