"""A file with many mistakes tells all of them at once, each at its line and column."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, model_validator

from core.yaml_reader import Located, read_document, read_yaml


class Slot(Located):
    field: str
    widget: Literal["text", "email", "money"] | None = None

    @model_validator(mode="before")
    @classmethod
    def from_word(cls, value: object) -> object:
        return {"field": value} if isinstance(value, str) else value


class Total(Located):
    field: str
    digits: int


class Group(Located):
    name: str
    fields: list[Slot]


class Form(Located):
    groups: list[Group]


class Listing(Located):
    columns: list[str | Total]
    where: list[list[str | int]] = []


class Screen(Located):
    model: str
    form: Form
    rows: Listing = Field(alias="list")
    marks: dict[str, Literal["draft", "done"]] = {}


GOOD = """\
model: crm_contacts.Contact
form:
  groups:
    - name: identity
      fields: [name, {field: email, widget: email}]
list:
  columns: [name, {field: total, digits: 2}]
  where: [[state, =, draft], [country, "=", no]]
marks: {on: done}
"""

BAD = """\
model: 1.0
from: {}
form:
  groups:
    - name: identity
      fileds: [name]
    - name: rest
      fields: name
    - name: tail
      fields: [{field: email, widgte: email}, {field: fax, widget: emial}]
list:
  columns: [name, {field: total, digts: 2}, [x]]
marks: {a: draft, b: dome}
marks: {}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "view.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_values_keep_their_place(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, GOOD), Screen)
    assert document.problems == []
    screen = document.value
    assert screen is not None
    slot = screen.form.groups[0].fields[1]
    assert (slot.place_of().line, slot.place_of().column) == (5, 22)
    assert slot.place_of("widget").column == 45
    assert screen.place_of("list", "columns", 0).line == 7
    word = screen.form.groups[0].fields[0].problem("no such field 'nmae'", word="nmae", among=["name", "email"])
    assert str(word).endswith("view.yaml:5:16: no such field 'nmae'; did you mean 'name'?")


def test_words_stay_words(tmp_path: Path) -> None:
    screen, _ = read_yaml(write(tmp_path, GOOD), Screen)
    assert screen is not None
    assert screen.rows.where == [["state", "=", "draft"], ["country", "=", "no"]]
    assert screen.marks == {"on": "done"}


def test_all_problems_at_once_with_line_column_and_hint(tmp_path: Path) -> None:
    value, problems = read_yaml(write(tmp_path, BAD), Screen)
    assert value is None
    told = [(problem.line, problem.column, problem.message) for problem in problems]
    assert told == [
        (1, 8, "text is expected here, not 1.0; write it in quotes"),
        (2, 1, "unknown key 'from'; did you mean 'form'?"),
        (5, 7, "'fields' is missing"),
        (6, 7, "unknown key 'fileds'; did you mean 'fields'?"),
        (8, 15, "a list is expected here, not 'name'"),
        (10, 31, "unknown key 'widgte'; did you mean 'widget'?"),
        (10, 68, "'emial' is not one of text, email, money; did you mean 'email'?"),
        (12, 19, "'digits' is missing"),
        (12, 34, "unknown key 'digts'; did you mean 'digits'?"),
        (12, 45, "text or a mapping is expected here, not a list"),
        (13, 22, "'dome' is not one of draft, done; did you mean 'done'?"),
        (14, 1, "'marks' appears twice; the first is on line 13"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("model: [1\n", 2, "expected"),
        ("- a\n- b\n", 1, "a mapping is expected here, not a list"),
        ("model: a\nform: &x {groups: *x}\nlist: {columns: []}\n", 2, "alias"),
        ("model: a\nform: {groups: []}\nlist: {columns: []}\n---\nx: 1\n", 4, "document"),
        ("? [a]\n: 1\nmodel: a\nform: {groups: []}\nlist: {columns: []}\n", 1, "a key is a word"),
        ("model: !python/object:os.system x\nform: {groups: []}\nlist: {columns: []}\n", 1, "no value that can"),
    ],
)
def test_what_is_no_view_at_all(tmp_path: Path, text: str, line: int, words: str) -> None:
    value, problems = read_yaml(write(tmp_path, text), Screen)
    assert value is None
    assert any(problem.line == line and words in problem.message for problem in problems), problems


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    _, missing = read_yaml(tmp_path / "none.yaml", Screen)
    assert "cannot be read" in missing[0].message
    (tmp_path / "latin.yaml").write_bytes("model: Café".encode("latin-1"))
    _, latin = read_yaml(tmp_path / "latin.yaml", Screen)
    assert "not UTF-8" in latin[0].message
