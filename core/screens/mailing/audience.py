"""To whom letters about chosen records would go: how many, who has no address, who wants none, who stands there twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, false, func, not_, select
from sqlalchemy.orm import Session

from core.errors import Refused
from core.screens.fields.addressed import holder_path, opt_out
from core.screens.fields.typed import asking_of
from core.screens.forms.options import titles_of
from core.screens.lists.bulk.chosen import Chosen
from core.screens.mailing.draft import Draft, Written, written
from core.screens.records.reading import load_record

NAMED, LOOKED_AT, TRIED = 20, 3, 20


@dataclass(frozen=True)
class Audience:
    """How many records there are and how many letters that makes.

    The others have no address (some of them `named`, as number and title), want no mailings, or share an address.
    """

    records: int
    letters: int
    without: int
    refusing: int
    doubles: int
    named: tuple[tuple[int, str], ...] = ()

    @property
    def unnamed(self) -> int:
        """How many without an address are not named."""
        return self.without - len(self.named)


def audience(session: Session, screen: Any, chosen: Chosen, draft: Draft) -> Audience:
    """Counted in one statement, however many there are; what is no address at all is found out only when it is sent."""
    view = screen.view
    rows, condition = addresses(session, screen, chosen, draft)
    within = rows.subquery()
    gets = and_(within.c.has, not_(within.c.refuses))
    counted = [case((each, 1)) for each in (gets, not_(within.c.has), and_(within.c.has, within.c.refuses))]
    several = func.count(func.distinct(case((gets, within.c.address))))
    asked = select(func.count(), *(func.count(each) for each in counted), several).select_from(within)
    bound = condition.bound(asking_of(session))
    records, getting, without, refusing, distinct = (int(each) for each in session.execute(asked, bound).one())
    letters = distinct if draft.is_per_address(view.mail_path) else getting
    named: tuple[tuple[int, str], ...] = ()
    if without:
        lacking = rows.where(not_(rows.selected_columns.has)).order_by(screen.model.id).limit(NAMED)
        numbers = [row.id for row in session.execute(lacking, bound)]
        titles = titles_of(session, screen.model, set(numbers))
        named = tuple((number, titles.get(number, str(number))) for number in numbers)
    return Audience(records, letters, without, refusing, getting - letters, named)


def addresses(session: Session, screen: Any, chosen: Chosen, draft: Draft) -> tuple[Any, Any]:
    """The chosen records with their address, whether they have one, and whether its holder wants no mailings."""
    view, condition = screen.view, chosen.condition(session, screen)
    field, holder = view.fields[view.mail_path], holder_path(view.mail_path)
    also = [field]
    refuses: Any = false()
    name = opt_out(field.spot.model)
    if name and draft.to_many:
        also.append(view.fields[f"{holder}.{name}" if holder else name])
        refuses = func.coalesce(also[-1].expression, false())
    address = func.lower(func.trim(func.coalesce(field.expression, "")))
    columns: tuple[Any, ...] = (
        screen.model.id,
        address.label("address"),
        address.like("%_@_%").label("has"),
        refuses.label("refuses"),
    )
    return view.listing(()).matching(condition.shape, also, *columns), condition


def looked_at(session: Session, screen: Any, chosen: Chosen, draft: Draft) -> list[Written]:
    """The first letters as they will leave."""
    found: dict[str, Written] = {}
    for number in chosen.batch(session, screen, 0, TRIED):
        for letter in attempts(session, screen, draft, number):
            found.setdefault(letter.key, letter)
        if len(found) == LOOKED_AT:
            break
    return list(found.values())


def attempts(session: Session, screen: Any, draft: Draft, number: int) -> Iterator[Written]:
    """The letter about one record, if there is one."""
    try:
        yield written(session, screen.view, draft, load_record(session, screen.model, number))
    except Refused:
        return
