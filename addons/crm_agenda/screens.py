"""The calendar of events shows each as often as it repeats."""

from collections.abc import Collection
from typing import Any

from addons.crm_agenda.calendars import Events
from addons.crm_agenda.models import Event
from core.screens.calendars import Source
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import words
from core.screens.queries.where import read
from core.screens.screen import Screen

MOST = 1000


class EventScreen(Screen[Event]):
    """Events, whose calendar knows of repetitions, clashes and series."""

    def calendar(self, page: Any) -> Source:
        """The events of the list, as often as they repeat."""
        session, kinds = page.session, page.asked.rest.get("kinds")

        def among(ids: Collection[int]) -> Collection[int]:
            mine = read([["id", "in", sorted(ids)]], page.view.fields, asking_of(session))
            rows = page.view.listing(()).page(session, page.condition.also(mine), (), limit=MOST).rows
            return {row[0] for row in rows}

        return Events(session, chosen=None if kinds is None else words(kinds), among=among)
