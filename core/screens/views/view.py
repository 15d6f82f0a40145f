"""One composed view: what the files say of a model, and the compiled lists, groups and cubes behind it."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from core.db import Searchable
from core.i18n import current_locale, humanised, translated
from core.screens.fields.addressed import mail_path
from core.screens.fields.paths import PathField, Resolver
from core.screens.fields.sight import policy_of, sees
from core.screens.queries.groups import Groups
from core.screens.queries.ordering import Order, read_order
from core.screens.queries.pivots import Cubes
from core.screens.queries.statements import Listing, Totals
from core.screens.views.schemas import Filter, FormSpec, ListSpec, SearchSpec, Slot, ViewSpec

#: drawings that are kept of a view; past that all are drawn anew, so that made-up addresses fill no memory
DRAWINGS = 200
Drawn = TypeVar("Drawn")


class View:
    """The view of one model within one composition; nothing changes it once it is made."""

    def __init__(self, model: Any, spec: ViewSpec, models: Iterable[Any] = ()) -> None:
        self.model, self.spec = model, spec
        self.fields = Resolver(model, models)
        self.totals = Totals()
        self.drawings: dict[Any, Any] = {}
        self.entry = ""  # what the menu calls its list
        self.listing = lru_cache(128)(self._listing)
        self.groups = lru_cache(128)(self._groups)
        self.cubes = lru_cache(1)(self._cubes)
        self.board = lru_cache(8)(self._board)

    @property
    def icon(self) -> str:
        """The icon of the model."""
        return self.spec.icon or "circle"

    @property
    def label(self) -> str:
        """One record of it, in the reader's language."""
        return translated(self.spec.label or humanised(self.model.__slug__))

    @property
    def plural(self) -> str:
        """Several, in the reader's language."""
        from core.screens.views.derived import plural

        return translated(self.spec.plural or plural(self.spec.label or humanised(self.model.__slug__)))

    @property
    def heading(self) -> str:
        """What its list is called: as the menu calls it, so that a click leads where it said."""
        return translated(self.entry) if self.entry else self.plural

    @property
    def url(self) -> str:
        """The address of its list."""
        return f"/{self.model.__addon__}/{self.model.__slug__}/"

    @property
    def listing_spec(self) -> ListSpec:
        """What the grid shows."""
        assert self.spec.listing is not None
        return self.spec.listing

    @property
    def form(self) -> FormSpec:
        """What the form shows."""
        assert self.spec.form is not None
        return self.spec.form

    @property
    def search(self) -> SearchSpec:
        """What the search line looks into."""
        return self.spec.search or SearchSpec()

    @property
    def filters(self) -> list[Filter]:
        """The filters of list and search; a name that both use is the list's."""
        named = [each.name for each in self.listing_spec.filters]
        return [*self.listing_spec.filters, *(each for each in self.search.filters if each.name not in named)]

    @cached_property
    def order(self) -> Order:
        """The order that the list opens with."""
        return read_order(self.listing_spec.order or ["-id"], self.fields)

    @cached_property
    def mail_path(self) -> str:
        """Where the e-mail address of a record is; empty if it has none."""
        slots = [slot for group in self.form.groups for slot in group.fields]
        shown = next((slot.field for slot in slots if slot.widget == "email" and self.fields[slot.field].kind == "text"), "")
        return self.spec.mail or shown or mail_path(self.model, self.fields.models)

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """What a typed word is looked for in; `""` is the model's own search text, `~contact` that of the contact."""
        asked = [slot.field for slot in self.search.fields]
        if not issubclass(self.model, Searchable):
            title = self.model.__title__
            asked = asked or ([title] if title in self.fields else [])
            return tuple(dict.fromkeys(map(self.indexed, asked)))
        own = set(self.model.__search__)
        return ("", *dict.fromkeys(self.indexed(path) for path in asked if path not in own))

    def indexed(self, path: str) -> str:
        """A field of a related record, as the search text of that record where it is part of it."""
        relation, _dot, name = path.rpartition(".")
        field = self.fields[relation] if relation and relation in self.fields else None
        target = field.target if field is not None and not field.wrap and "." not in relation else None
        if target is not None and issubclass(target, Searchable) and name in target.__search__:
            return f"~{relation}"
        return path

    def slot(self, path: str) -> Slot:
        """The slot of the list for a path; a bare one where the list has none."""
        return next((slot for slot in self.listing_spec.columns if slot.field == path), Slot(field=path))

    def paths(self, session: Session, asked: Sequence[str] = ()) -> tuple[str, ...]:
        """The columns that are asked for, or those of the view, without what the user may not see."""
        wanted = list(asked) or [slot.field for slot in self.listing_spec.columns]
        return tuple(path for path in dict.fromkeys(wanted) if sees(session, self.fields[path]))

    def drawn(self, session: Session, key: tuple[Any, ...], draw: Callable[[], Drawn]) -> Drawn:
        """What is drawn the same for all users of the same rights and language, drawn once for them."""
        whole = (*key, current_locale(), policy_of(session))
        if whole not in self.drawings:
            if len(self.drawings) >= DRAWINGS:
                self.drawings.clear()
            self.drawings[whole] = draw()
        found: Drawn = self.drawings[whole]
        return found

    def for_user(self, session: Session, asked: Sequence[str] = (), sums: tuple[str, ...] | None = None) -> Listing:
        """The list as this user sees it; `sums` are the columns that he adds up, where he chose them."""
        return self.listing(self.paths(session, asked), sums)

    def summable(self) -> list[PathField]:
        """The numbers that a cube may add up; the number of a record is none."""
        numbers = [self.fields[name] for name in self.fields.names() if name != "id"]
        return [each for each in numbers if each.is_number and not each.wrap]

    def _listing(self, paths: tuple[str, ...], sums: tuple[str, ...] | None = None) -> Listing:
        slots = [self.slot(path) for path in paths]
        if sums is not None:
            slots = [slot.model_copy(update={"sum": slot.field in sums}) for slot in slots]
        return Listing(self.fields, slots, self.totals)

    def _groups(self, paths: tuple[str, ...], sums: tuple[str, ...] | None = None) -> Groups:
        return Groups(self.listing(paths, sums))

    def _board(self, summed: str) -> Groups:
        """The groups of a board, with the one sum that its columns show."""
        slots = [self.slot(summed).model_copy(update={"sum": True})] if summed else []
        return Groups(Listing(self.fields, slots, self.totals))

    def _cubes(self) -> Cubes:
        return Cubes(self.listing(()))
