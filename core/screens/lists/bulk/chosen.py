"""Which records are meant: those that are ticked, or all that match what the list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.orm import Session

from core.errors import Invalid, Missing
from core.i18n import _, humanised
from core.screens.fields.typed import asking_of
from core.screens.lists.asked import read_args
from core.screens.queries.where import Condition, read

MOST_TICKED = 5000


@dataclass(frozen=True)
class Chosen:
    """Ticked records by number; or, with `is_all`, the address of the list whose records are all meant."""

    ids: tuple[int, ...] = ()
    is_all: bool = False
    query: str = ""

    @classmethod
    def of(cls, form: Any) -> "Chosen":
        """What a form says: `id` for each ticked record, or `all` and `back`."""
        words = [*form.getlist("id"), *form.get("ids", "").split(",")]
        ids = {int(word) for word in words if word.isdigit() and len(word) < 10}
        return cls(tuple(sorted(ids)), form.get("all") == "1", form.get("back", ""))

    @classmethod
    def kept(cls, asked: Mapping[str, Any]) -> "Chosen":
        """What an act keeps of it."""
        return cls(tuple(asked["ids"]), asked["is_all"], asked["query"])

    def keep(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"ids": [] if self.is_all else list(self.ids), "is_all": self.is_all, "query": self.query}

    def condition(self, session: Session, screen: Any) -> Condition:
        """The records as a condition of their list; Invalid for none or too many."""
        fields, who = screen.view.fields, asking_of(session)
        if self.is_all:
            given = dict(parse_qsl(self.query.removeprefix("?"), keep_blank_values=True))
            return read_args(screen.view, given).condition(session, screen.rows(session))
        if not self.ids or len(self.ids) > MOST_TICKED:
            raise Invalid(_("Tick at least one record and at most {most}", most=MOST_TICKED))
        condition = read([["id", "in", list(self.ids)]], fields, who)
        if also := screen.rows(session):
            condition = condition.also(read(list(also), fields, who))
        return condition

    def count(self, session: Session, screen: Any) -> int:
        """How many they are; Missing if a ticked one is not there."""
        found = int(screen.view.listing(()).exact_total(session, self.condition(session, screen)))
        if not self.is_all and found < len(self.ids):
            sentence = "There is no {kind} {number}, or you may not see it."
            kind = _(humanised(screen.model.__slug__))
            gone = set(self.ids) - set(self.batch(session, screen, 0, len(self.ids)))
            raise Missing(_(sentence, kind=kind, number=min(gone)))
        return found

    def batch(self, session: Session, screen: Any, after: int, limit: int, until: int = 0) -> list[int]:
        """The next records in the order of their numbers; `until` leaves out those that were made later."""
        condition, model = self.condition(session, screen), screen.model
        found = screen.view.listing(()).matching(condition.shape, (), model.id).where(model.id > after)
        if until:
            found = found.where(model.id <= until)
        return list(session.scalars(found.order_by(model.id).limit(limit), condition.bound(asking_of(session))))

    def last(self, session: Session, screen: Any) -> int:
        """The highest number of them now."""
        condition, model = self.condition(session, screen), screen.model
        found = screen.view.listing(()).matching(condition.shape, (), model.id).order_by(model.id.desc()).limit(1)
        return session.scalar(found, condition.bound(asking_of(session))) or 0
