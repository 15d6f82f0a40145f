"""The one tree of categories: paths follow names and parents, and nothing lies below itself."""

import pytest

from addons.base_catalog.models import Category
from core.errors import Invalid


def test_a_renamed_or_moved_branch_takes_all_below_along(tandem):
    books = tandem("base_catalog")
    with books.write() as session:
        furniture = Category(name="Furniture")
        chairs = Category(name="Chairs", parent=furniture)
        outdoor = Category(name="Outdoor", parent=chairs)
        other = Category(name="Sale")
        session.add_all([outdoor, other])
        session.flush()
        assert outdoor.path == "Furniture / Chairs / Outdoor"
        furniture.name = "Möbel"
        session.flush()
        session.expire_all()
        assert (outdoor.path, outdoor.path_folded) == ("Möbel / Chairs / Outdoor", "mobel / chairs / outdoor")
        chairs.parent = other
        session.flush()
        session.expire_all()
        assert outdoor.path == "Sale / Chairs / Outdoor"
    assert books.broken() == []


def test_a_category_cannot_lie_below_itself(tandem):
    books = tandem("base_catalog")
    with books.write() as session:
        top = Category(name="Top")
        session.add(Category(name="Leaf", parent=top))
    with pytest.raises(Invalid, match="cannot lie below itself"), books.write() as session:
        top, leaf = (session.query(Category).filter_by(name=name).one() for name in ("Top", "Leaf"))
        top.parent = leaf
        session.flush()


@pytest.mark.parametrize("name", ["", "  ", "Chairs / Tables"])
def test_a_name_that_would_break_the_path_is_refused(tandem, name):
    with pytest.raises(Invalid, match="without"), tandem("base_catalog").write() as session:
        session.add(Category(name=name))
        session.flush()
