"""N1 over the life of an addon: what a later installation numbers begins at 1 again."""

from collections.abc import Callable

from sqlalchemy import select

from core.db import Series, kernel_connection
from core.registry import lifecycle
from core.testing.tandem import Tandem
from tests.story.faces import Operations


def test_an_uninstalled_addon_takes_its_counters_along(tandem: Callable[..., Tandem]) -> None:
    shop = tandem("crm_tickets")
    contact = Operations(shop).make("crm_contacts.contact", name="Sol", kind="company")
    ticket = Operations(shop).make("crm_tickets.ticket", subject="Leg broken", contact=contact)
    assert Operations(shop).get("crm_tickets.ticket", ticket)["number"] == "T-1"
    lifecycle.disable(shop.kernel, "crm_tickets")
    lifecycle.uninstall(shop.kernel, "crm_tickets")
    with shop.read() as session:
        assert kernel_connection(session).scalars(select(Series.code)).all() == []
