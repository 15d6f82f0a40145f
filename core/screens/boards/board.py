"""The board of a list: columns with counts and sums, cards with what is due, more cards as one scrolls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from flask import jsonify

from core.access.models import User
from core.db import actor, today
from core.errors import Invalid
from core.i18n import _, translated
from core.screens.boards.cards import (
    column_path,
    is_movable,
    may_begin_in,
    quick_form,
    verb_to,
)
from core.screens.fields.formats import STORED, Formats, formats, label_of_choice
from core.screens.fields.rights import rights
from core.screens.fields.sight import sees
from core.screens.fields.texts import Texts
from core.screens.fields.typed import asking_of
from core.screens.forms.arguments import needs_answers
from core.screens.lists.compiled import words_of
from core.screens.lists.frame import Choice
from core.screens.pages import render
from core.screens.queries.groups import Group, condition_of, label_of
from core.screens.queries.ordering import Order
from core.screens.queries.statements import Column, Listing
from core.screens.queries.where import Condition, read
from core.screens.views.view import View
from core.values import initials

CARDS, COLUMNS = 40, 24
SOON_DAYS = 3


@dataclass
class Card:
    """One record on the board: its title, the facts below, the amount at its foot, what is due, whose it is."""

    id: int
    title: str
    url: str
    facts: list[Any] = field(default_factory=list)
    amount: str = ""
    due: str = ""
    due_kind: str = ""
    due_day: date | None = None
    person: tuple[str, str, int] | None = None


@dataclass
class BoardColumn:
    """One column: what it is, how many, their sum, its first cards, and how a card comes into it."""

    key: str
    label: str
    mark: str
    count: int
    sum: str
    verb: str = ""
    asks: bool = False
    opens: bool = False
    quick: str = ""
    new: str = ""
    all: str = ""
    cards: list[Card] = field(default_factory=list)
    more: str = ""


class Board:
    """The board that an address asks for."""

    def __init__(self, page: Any) -> None:
        self.page, self.view, self.session, self.screen = page, page.view, page.session, page.screen
        self.spec = page.view.spec.kanban
        self.path = column_path(self.spec, page.asked.rest.get("by", ""))
        self.field = self.view.fields[self.path]
        self.shape = formats(today(self.session).year, actor(self.session).zone)
        shown = [slot.field for slot in self.spec.card if slot.field != self.path]
        status = self.view.form.status or self.spec.column
        self.status = status if self.view.fields[status].info.get("marks") else None
        extra = [path for path in (self.spec.due, self.status) if path and self.spec.due]
        self.listing: Listing = self.view.listing(tuple(self.view.paths(self.session, [*shown, *extra])))
        self.by_field = is_movable(self.session, self.screen, self.path)

    @property
    def order(self) -> Order:
        """The order of the cards: by hand, where the model keeps one and no other is asked for."""
        asked: Order = self.page.asked.order
        return ((self.spec.position, False),) if self.spec.position and asked == self.view.order else asked

    def heads(self) -> list[BoardColumn]:
        """The columns without their cards."""
        found = self.view.board(self.spec.sum or "").of(self.session, self.page.condition, [self.path])
        return [self.head(group) for group in with_empty(self.view, self.path, found)]

    def head(self, group: Group) -> BoardColumn:
        """One column without its cards."""
        summed, asked = self.spec.sum, self.page.asked
        key = "" if group.key is None else str(group.key)
        verb = verb_to(self.screen, self.path, key)
        may = rights(self.session, self.view.model)
        column = BoardColumn(key, group.label, "", group.count, "")
        column.mark = self.field.info.get("marks", {}).get(group.key, "")
        if summed and summed in group.sums:
            column.sum = self.shape.number(self.view.fields[summed].kind, group.sums[summed])
        column.verb = verb.name if verb and may.may(verb.name) else ""
        column.asks = verb is not None and needs_answers(verb)
        column.opens = bool(column.verb) or (self.by_field and key not in self.moves)
        if may_begin_in(self.session, self.screen, self.path, key):
            column.quick = asked.query(part="quick", **{"in": key})
            column.new = f"{self.view.url}new?{self.path}={key}"
        where = orjson.dumps([*asked.where, condition_of(self.field, group.key)]).decode()
        column.all = asked.url(view=None, by=None, where=where)
        return column

    @property
    def moves(self) -> Mapping[str, str]:
        """The verbs of the columns; those of other fields have none."""
        moves: Mapping[str, str] = self.spec.moves
        return moves if self.path == self.spec.column else {}

    def fill(self, column: BoardColumn, after: str = "") -> BoardColumn:
        """The column with its next cards, and where more are to be had."""
        condition = self.within(column.key)
        rows = self.listing.page(self.session, condition, self.order, after, CARDS)
        column.cards = [self.card(row, rows.tags) for row in rows.rows]
        column.more = self.page.asked.query(part="cards", after=rows.next, **{"in": column.key}) if rows.next else ""
        return column

    def within(self, key: str) -> Condition:
        """What narrows the list to one column."""
        value: Any = key
        if not key:
            value = None
        elif self.field.kind == "boolean":
            value = key == "True"
        elif self.field.target is not None:
            value = int(key) if key.isdigit() and len(key) < 10 else 0
        found: Condition = self.page.condition.also(
            read([condition_of(self.field, value)], self.view.fields, asking_of(self.session))
        )
        return found

    def card(self, row: Any, tags: Mapping[str, Any]) -> Card:
        """One row as a card."""
        columns = list(self.listing.columns)
        first, *others = columns
        card = Card(row[0], text_of(first, row, tags, self.shape) or f"#{row[0]}", f"{self.view.url}{row[0]}")
        named = {slot.field for slot in self.spec.card}
        for column in others:
            text = marked_text(column, row, tags, self.shape)
            if column.path == self.spec.due:
                self.mark_due(card, row[column.at], self.is_over(row))
            elif column.path not in named:
                continue
            elif column.field.target is User and text:
                card.person = (str(text), initials(str(text)), row[column.at])
            elif column.field.kind == "money" and not card.amount:
                card.amount = str(text)
            elif text:
                card.facts.append(text)
        return card

    def is_over(self, row: Any) -> bool:
        """Whether nothing is left to do about a record: it is late for nothing."""
        at = next((column.at for column in self.listing.columns if column.path == self.status), None)
        marks = self.view.fields[self.status].info["marks"] if self.status else {}
        return at is not None and marks.get(row[at]) in ("done", "void")

    def mark_due(self, card: Card, due: date | datetime | None, over: bool) -> None:
        """Say how far away the day is by which a card is wanted."""
        if due is None or over:
            return
        day = due.astimezone(ZoneInfo(actor(self.session).zone)).date() if isinstance(due, datetime) else due
        left = (day - today(self.session)).days
        card.due_day, card.due = day, days_left(left)
        card.due_kind = "late" if left < 0 else "wait" if left <= SOON_DAYS else ""

    def values(self) -> dict[str, Any]:
        """What kanban.html shows."""
        heads = self.heads()
        for column in heads[:COLUMNS]:
            if column.count:
                self.fill(column)
        grouped = self.page.asked.url(view=None, by=None, group=self.path)
        return self.around(heads[:COLUMNS]) | {"hidden": len(heads) - COLUMNS, "grouped": grouped}

    def around(self, columns: list[BoardColumn]) -> dict[str, Any]:
        """What every part of the board is drawn with."""
        asked, spec = self.page.asked, self.spec
        paths = [path for path in (spec.column, *spec.by) if sees(self.session, self.view.fields[path])]
        return {
            "view": self.view,
            "columns": columns,
            "movable": any(column.opens for column in columns) or self.is_ordered,
            "ordered": self.is_ordered,
            "by": "" if self.path == spec.column else self.path,
            "by_label": self.field.shown_label(),
            "by_choices": [
                Choice(self.view.fields[p].shown_label(), asked.query(by=None if p == spec.column else p), p == self.path)
                for p in paths
            ],
            "address": asked.query(),
        }

    @property
    def is_ordered(self) -> bool:
        """Whether cards can be put in order within their column."""
        may = rights(self.session, self.view.model)
        return bool(self.spec.position) and self.page.asked.order == self.view.order and may.may("update")

    def part(self, name: str, args: Mapping[str, str]) -> Any:
        """A part of the board: more cards, heads and one card after a move, the form of a new card."""
        column = next((each for each in self.heads() if each.key == args.get("in", "")), None)
        if name == "cards" and column is not None:
            self.fill(column, args.get("after", ""))
            return render("parts/cards_more.html", column=column, **self.around(self.heads()))
        if name == "moved":
            return self.moved(args.get("card", ""))
        if name == "quick" and column is not None and column.quick:
            form, record = quick_form(self.session, self.screen, self.path), self.screen.prefilled(self.session)
            form.show(record, Texts(self.session), self.screen.titles(self.session, record))
            return self.ask(form, column)
        raise Invalid(_("There is no such part of a board"))

    def moved(self, card: str) -> Any:
        """The heads of all columns, and the card as it is now; no card where it is filtered out."""
        heads = self.heads()
        mine = read(
            [["id", "=", int(card) if card.isdigit() and len(card) < 10 else 0]], self.view.fields, asking_of(self.session)
        )
        rows = self.listing.page(self.session, self.page.condition.also(mine), (), limit=1)
        drawn = ""
        if rows.rows:
            shown = BoardColumn("", "", "", 1, "", cards=[self.card(row, rows.tags) for row in rows.rows])
            drawn = render("parts/cards_more.html", column=shown, **self.around(heads)).get_data(as_text=True)
        return jsonify({"heads": {each.key: [each.count, each.sum] for each in heads}, "card": drawn})

    def ask(self, form: Any, column: BoardColumn, status: int = 200) -> Any:
        """The form of a new card, as it is to be filled in or as it was."""
        form.keep(self.screen.titles(self.session, self.view.model()))
        return render("parts/quick.html", status, form=form, column=column, **self.around([]))


def days_left(left: int) -> str:
    """How far away a day is, in words."""
    if left == 0:
        return str(_("today"))
    return str(_("{days} d left", days=left) if left > 0 else _("{days} d past", days=-left))


def with_empty(view: View, path: str, found: Sequence[Group]) -> list[Group]:
    """Every word of a choice has a column, full or empty."""
    each = view.fields[path]
    if each.kind != "choice":
        return list(found)
    by_key = {group.key: group for group in found}
    shape = formats(2000)
    words = [by_key.get(word) or Group((word,), (label_of(each, word, word, shape),), 0) for word in each.choices]
    return [*words, *(group for group in found if group.key is None)]


def marked_text(column: Column, row: Any, tags: Mapping[str, Any], shape: Formats) -> Any:
    """What a column says of a row, outside the grid; the word of a state with its mark."""
    is_word = column.field.kind == "choice" and row[column.at] is not None
    return words_of(column)[row[column.at]] if is_word else text_of(column, row, tags, shape)


def text_of(column: Column, row: Any, tags: Mapping[str, Any], shape: Formats) -> str:
    """The same as text alone, for whoever draws the mark himself or has no place for one."""
    kind, at = column.field.kind, column.at
    if kind == "tags":
        return ", ".join(title for _key, title in tags[column.path].get(row[0], ()))
    value = row[at + 1] if column.field.target is not None else row[at]
    if value is None:
        return ""
    if kind == "choice":
        return label_of_choice(column.field.info, value)
    if kind == "boolean":
        return translated(column.field.label) if value else ""
    if kind == "date":
        return shape.day(value)
    if kind == "moment":
        return shape.moment(value)
    return shape.number(kind, value) if kind in STORED else str(value)
