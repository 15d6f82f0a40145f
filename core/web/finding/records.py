"""Records that a question finds: each model by its own index, exactly first, then with faults forgiven."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, case, func, inspect, literal, or_, select
from sqlalchemy.orm import Session

from core.db import Archivable, Line, Money, Numbered, Pattern, Piece, Resembling, Searchable, holds, resembles
from core.db.among import Keys, is_among
from core.screens.fields.attributes import title_of
from core.screens.fields.sight import sees
from core.screens.forms.options import named_by
from core.screens.queries.where import Beginning
from core.screens.views.view import View
from core.web.finding.facts import facts_of
from core.web.finding.hits import Group, Hit
from core.web.finding.likeness import forgiven, parts, score, swapped
from core.web.finding.question import Question

AT_ONCE, CANDIDATES = 6, 60
FRESH = 15.0  # what a record gains that one was at a moment ago
Row = tuple[int, Any, str]
Recents = Mapping[str, Sequence[int]]


def kind_of(model: Any) -> str:
    """What sort of thing a record is: somebody, a document or something else."""
    names = inspect(model).column_attrs
    if "email" in names and "phone" in names:
        return "people"
    return "documents" if issubclass(model, Numbered) else "things"


def searched_models(session: Session, composition: Any, question: Question, only: str = "") -> list[Any]:
    """The models that this person may read and that have pages: those of the menu first, in its order."""
    policy, screens = session.info["policy"], composition.parts.get("screens", {})
    named = [link.model for link in composition.menu if link.model is not None]
    others = [model for model in screens if issubclass(model, Searchable) and model.__addon__ != "core"]
    models = [m for m in dict.fromkeys([*named, *others]) if m in screens and not issubclass(m, Line)]
    wanted = {"@": "people", "#": "documents"}.get(question.sign)
    return [
        model
        for model in models
        if policy.may(model, "read") and (not wanted or kind_of(model) == wanted) and only in ("", model.label())
    ]


def find_records(
    session: Session, composition: Any, question: Question, recents: Recents, limit: int = AT_ONCE, only: str = ""
) -> list[Group]:
    """The hits by model; where the words as typed find nothing, faults in them are forgiven."""
    models = searched_models(session, composition, question, only)
    if not question.typed:
        return []
    searches = [Search(session, composition.views.of(model), question, recents.get(model.label(), ())) for model in models]
    for search in searches:
        search.exactly()
    if not any(search.hits for search in searches) and not question.is_number:
        for search in searches:
            search.forgivingly()
    return [group for search in searches if (group := search.group(limit)).items]


class Search:
    """The search in one model."""

    def __init__(self, session: Session, view: View, question: Question, recent: Sequence[int]) -> None:
        self.session, self.view, self.model, self.question = session, view, view.model, question
        self.recent = {key: FRESH * (1 - at / len(recent)) for at, key in enumerate(recent)}
        self.hits: dict[int, Hit] = {}

    def exactly(self) -> None:
        """Records that hold every word, the number in any grouping, or the amount."""
        question = self.question
        for key, title, text in self.found_exactly():
            self.add(key, title, score(question, str(title or ""), text))
        if question.sequence is not None and issubclass(self.model, Numbered) and not self.hits:
            for key, title, _text in self.session.execute(by_sequence(self.model), {"sequence": question.sequence}):
                self.add(key, title, 95)
        if question.amount is not None and (columns := self.amounts()):
            for key, title, _text in self.session.execute(by_amount(self.model, columns), {"amount": question.amount}):
                self.add(key, title, 85)

    def found_exactly(self) -> Iterable[Row]:
        """What the index of the model finds, or, where it has none, a look through its names."""
        question, shape = self.question, tuple(len(group) for group in self.question.groups)
        if issubclass(self.model, Searchable):
            two = len(question.folded) == 2 and not question.is_number
            if not shape and not two:
                return []
            first = question.words[0] if question.words else question.folded
            values: dict[str, Any] = {
                f"p{i}_{j}": piece for i, group in enumerate(question.groups) for j, piece in enumerate(group)
            }
            values |= {"first": first, "within": first, "recent": list(self.recent)}
            return self.session.execute(by_pieces(self.model, shape), values).all()
        names = tuple(named_by(self.session, self.model))
        if not question.words or not names:
            return []
        pieces = {f"w{i}": word for i, word in enumerate(question.words)}
        return self.session.execute(by_names(self.model, names, len(pieces)), pieces).all()

    def amounts(self) -> tuple[str, ...]:
        """The amounts of the list that are the record's own and that this person may see."""
        fields = [self.view.fields[slot.field] for slot in self.view.listing_spec.columns]
        own = [each for each in fields if each.kind == "money" and "." not in each.path and not each.wrap]
        return tuple(each.path for each in own if sees(self.session, each))

    def forgivingly(self) -> None:
        """Records whose words are those of the question but for a letter or two."""
        words = self.question.words
        if not issubclass(self.model, Searchable) or not words:
            return
        swaps = [swapped(word) for word in words]
        values: dict[str, Any] = {f"w{i}": word for i, word in enumerate(words)} | {"longest": max(words, key=len)}
        values |= {f"s{i}_{j}": swap for i, group in enumerate(swaps) for j, swap in enumerate(group)}
        ranked = self.session.get_bind().dialect.name == "postgresql"
        for key, title, text in self.session.execute(by_likeness(self.model, tuple(map(len, swaps)), ranked), values):
            if (near := forgiven(self.question, text or "")) is not None:
                self.add(key, title, near[0] * 0.8, near[1])

    def add(self, key: int, title: Any, points: float, meant: Sequence[str] = ()) -> None:
        """One hit; a record that one was at lately counts for more."""
        if key not in self.hits:
            points += self.recent.get(key, 0.0)
            self.hits[key] = Hit(
                str(title or ""), f"{self.view.url}{key}", self.view.icon, points, id=key, meant=tuple(meant)
            )

    def group(self, limit: int) -> Group:
        """The best hits with what else one wants to know of them."""
        best = sorted(self.hits.values(), key=lambda hit: (-hit.score, hit.text.casefold(), hit.id))[:limit]
        facts = facts_of(self.session, self.view, [hit.id for hit in best]) if best else {}
        for hit in best:
            # a draft has no number yet, and says by itself what it is
            hit.text = hit.text or str(self.session.get_one(self.model, hit.id).title)
            hit.model = self.model.label()
            if fact := facts.get(hit.id):
                hit.note, hit.end, hit.mark = fact.note, fact.end, fact.mark
            hit.parts = parts(hit.text, self.question, hit.meant)
            hit.note_parts = parts(hit.note, self.question, hit.meant)
        count = str(len(self.hits)) if len(self.hits) < CANDIDATES else f"{CANDIDATES}+"
        return Group(self.model.label(), self.view.plural, self.view.icon, best, count)


# the statements: built once for a model and a shape of question, as only their values differ


def chosen(model: Any, limit: int = CANDIDATES) -> Select[Any]:
    """Key, title and searched text of some records."""
    text = model.search_text if issubclass(model, Searchable) else literal("")
    return select(model.id, title_of(model, model), text).limit(limit).execution_options(kept=True)


def called(model: Any) -> Any:
    """What a record is called, folded where the model keeps it so."""
    folded = f"{model.__title__}_folded"
    named = getattr(model, folded) if folded in inspect(model).column_attrs else title_of(model, model)
    return named if isinstance(named.type, String) else model.search_text


def contains(model: Any, name: str) -> Any:
    """That the searched text contains a piece."""
    return holds(model.search_text, model.id, bindparam(name, type_=Piece))


@lru_cache(512)
def by_pieces(model: Any, shape: tuple[int, ...]) -> Select[Any]:
    """Records that hold one piece of each group, or whose name begins so; those one was at lately come first."""
    begins = called(model).like(bindparam("first", type_=Beginning), escape="\\")
    within = called(model).like(bindparam("within", type_=Pattern), escape="\\")
    groups = [or_(*(contains(model, f"p{i}_{j}") for j in range(count))) for i, count in enumerate(shape)]
    recent = is_among(model.id, bindparam("recent", type_=Keys))
    active = [model.active.desc()] if issubclass(model, Archivable) else []
    order = [case((recent, 0), else_=1), *active, case((begins, 0), (within, 1), else_=2), model.id.desc()]
    return chosen(model).where(and_(*groups) if groups else begins).order_by(*order)


@lru_cache(512)
def by_names(model: Any, names: tuple[str, ...], count: int) -> Select[Any]:
    """Records that hold each of so many words in one of these columns."""
    columns, pieces = [getattr(model, name) for name in names], [bindparam(f"w{i}", type_=Pattern) for i in range(count)]
    holding = [or_(*(func.lower(column).like(piece, escape="\\") for column in columns)) for piece in pieces]
    return chosen(model).where(*holding).order_by(model.id.desc())


@lru_cache(128)
def by_sequence(model: Any) -> Select[Any]:
    """Documents by the last part of their number."""
    return chosen(model).where(model.sequence == bindparam("sequence")).order_by(model.id.desc())


@lru_cache(128)
def by_amount(model: Any, columns: tuple[str, ...]) -> Select[Any]:
    """Records with this amount in one of some columns."""
    same = (getattr(model, name) == bindparam("amount", type_=Money()) for name in columns)
    return chosen(model).where(or_(*same)).order_by(model.id.desc())


@lru_cache(512)
def by_likeness(model: Any, swaps: tuple[int, ...], ranked: bool) -> Select[Any]:
    """Records with words that are like some; the nearest first where the index does not rank them itself."""
    query = chosen(model, CANDIDATES * 5)
    for i, count in enumerate(swaps):
        like = resembles(model.search_text, model.id, bindparam(f"w{i}", type_=Resembling))
        query = query.where(or_(like, *(contains(model, f"s{i}_{j}") for j in range(count))))
    return query.order_by(func.word_similarity(bindparam("longest"), model.search_text).desc()) if ranked else query
