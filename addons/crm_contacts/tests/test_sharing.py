"""Each user sees his own contacts and what is shared with him, as long as it is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from addons.crm_contacts.models import Contact, ContactShare, TimelineEntry
from core.access.models import User
from core.db import now
from core.errors import Denied


@pytest.fixture
def books(tandem):
    """Lucía looks after El Sol and Ana of it; Martín has Casa Lumen."""
    made = tandem("crm_contacts")
    for login in ("lucia", "martin"):
        made.add_user(login, "crm_contacts.user")
    made.add_user("boss", "crm_contacts.manager")
    with made.write() as session:
        users = {user.login: user for user in session.scalars(select(User))}
        sun = Contact(name="El Sol", kind="company", assigned_to=users["lucia"])
        session.add(Contact(name="Ana", company=sun, assigned_to=users["lucia"]))
        session.add(Contact(name="Casa Lumen", kind="company", assigned_to=users["martin"]))
    return made


def seen(books, login):
    """The names that a user sees, and of how many entries of history."""
    with books.read(login) as session:
        names = sorted(session.scalars(select(Contact.name)))
        return names, session.scalar(select(func.count(TimelineEntry.id)))


def share(books, until):
    with books.write() as session:
        sun = session.scalars(select(Contact).where(Contact.name == "El Sol")).one()
        martin = session.scalars(select(User).where(User.login == "martin")).one()
        sun.shared_with = [ContactShare(user=martin, until=until)]


def test_own_contacts_only(books):
    assert seen(books, "lucia") == (["Ana", "El Sol"], 2)
    assert seen(books, "martin") == (["Casa Lumen"], 1)
    assert seen(books, "boss") == (["Ana", "Casa Lumen", "El Sol"], 3)


def test_a_shared_company_comes_with_its_people_and_history(books):
    share(books, None)
    assert seen(books, "martin") == (["Ana", "Casa Lumen", "El Sol"], 3)


def test_a_share_ends_after_its_day(books):
    share(books, now().date() - timedelta(days=1))
    assert seen(books, "martin") == (["Casa Lumen"], 1)
    share(books, now().date())
    assert seen(books, "martin")[0] == ["Ana", "Casa Lumen", "El Sol"]


def test_another_users_contact_is_not_changed(books):
    with books.read() as session:
        number = session.scalar(select(Contact.id).where(Contact.name == "El Sol"))
    with books.write("martin") as session:
        assert session.get(Contact, number) is None
    with pytest.raises(Denied), books.write("martin") as session:
        session.add(Contact(name="Spy", company_id=number))
        session.flush()
