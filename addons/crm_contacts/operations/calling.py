"""When to call on a contact: the next of its preferred windows."""

from datetime import date, timedelta

from addons.crm_contacts.models import WEEKDAYS, Contact, ContactWindow

NUMBERS = {name: number for number, name in enumerate(WEEKDAYS)}


def next_window(contact: Contact, kind: str, after: date) -> tuple[date, ContactWindow] | None:
    """The first day after a day on which a contact likes a `delivery` or a `collection`; None if it never said."""
    days = [
        (after + timedelta(days=(NUMBERS[window.weekday] - after.weekday() - 1) % 7 + 1), window)
        for window in contact.windows
        if window.kind == kind
    ]
    return min(days, key=lambda pair: (pair[0], pair[1].opens)) if days else None
