"""YAML files bound to pydantic models: every problem of a file at once, each with its line, column and a hint.

PyYAML composes the nodes, which are walked once for values, places and keys that appear twice; pydantic then checks
the values. Whoever checks more later (a field that no model has) asks the document where a value stands.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from core.yaml_messages import explain
from core.yaml_messages import hint as hint

Key = str | int
KeyPath = tuple[Key, ...]
Schema = TypeVar("Schema", bound=BaseModel)

BOOLEANS = {"true": True, "false": False}
PLAIN_TEXT = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:value")  # `=` as in [state, =, draft] is text


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file; lines and columns are counted from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at one place of one file, in words that say how to mend it."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        file = os.path.relpath(self.file) if self.file.startswith(os.getcwd() + os.sep) else self.file
        return f"{file}:{self.line}:{self.column}: {self.message}"


def problem_at(place: Place, message: str, word: str = "", among: Iterable[str] = ()) -> Problem:
    """A problem at a place; `word` is the wrong word and `among` are those that would have been right."""
    return Problem(place.file, place.line, place.column, message + hint(word, among))


@dataclass
class Document(Generic[Schema]):
    """One file as read: its value (None when it has problems), its problems, and where each value and key stands."""

    path: Path
    value: Schema | None = None
    problems: list[Problem] = field(default_factory=list)
    positions: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)
    keys: dict[KeyPath, tuple[int, int]] = field(default_factory=dict)

    def place_of(self, path: KeyPath = ()) -> Place:
        """The place of a value, or of the nearest value around it that the file really has."""
        for length in range(len(path), -1, -1):
            if position := self.positions.get(path[:length]):
                return Place(str(self.path), *position)
        return Place(str(self.path))

    def place_of_key(self, path: KeyPath) -> Place:
        """The place of the key of an entry."""
        position = self.keys.get(path)
        return Place(str(self.path), *position) if position else self.place_of(path)

    def problem(self, path: KeyPath, message: str, word: str = "", among: Iterable[str] = ()) -> Problem:
        """A problem of the value at `path`, found by a later check."""
        return problem_at(self.place_of(path), message, word, among)


class Located(BaseModel):
    """A schema whose values know their place, so that composing several files keeps every line."""

    model_config = ConfigDict(extra="forbid")
    _document: Document[Any] | None = PrivateAttr(default=None)
    _path: KeyPath = PrivateAttr(default=())

    def place_of(self, *path: Key) -> Place:
        """The place of this value or, with a path, of something inside it: `place_of("fields", 2)`."""
        return self._document.place_of(self._path + path) if self._document else Place("(not from a file)")

    def problem(self, message: str, *path: Key, word: str = "", among: Iterable[str] = ()) -> Problem:
        """A problem of this value or of something inside it."""
        return problem_at(self.place_of(*path), message, word, among)


def read_yaml(path: Path, schema: type[Schema]) -> tuple[Schema | None, list[Problem]]:
    """The value of a file, or None and all of its problems."""
    document = read_document(path, schema)
    return document.value, document.problems


def read_document(path: Path, schema: type[Schema]) -> Document[Schema]:
    """A file as a value of `schema` with the place of everything in it."""
    document: Document[Schema] = Document(path)
    node = _compose(document)
    if node is None:
        return document
    data = _Walk(document).value_of(node, (), ())
    try:
        value = schema.model_validate(data)
    except ValidationError as error:
        for at, message, is_key in explain(error, data, schema):
            place = document.place_of_key(at) if is_key else document.place_of(at)
            document.problems.append(problem_at(place, message))
    else:
        if not document.problems:
            document.value = value
            _attach(value, document, ())
    document.problems.sort()
    return document


def _compose(document: Document[Any]) -> yaml.Node | None:
    """The root node; a file that is no YAML leaves one problem."""

    def complain(line: int, column: int, message: str) -> None:
        document.problems.append(problem_at(Place(str(document.path), line, column), message))

    try:
        node = yaml.compose(document.path.read_bytes().decode("utf-8-sig"), Loader=yaml.CSafeLoader)
    except OSError as error:
        complain(1, 1, f"the file cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        complain(1, 1, f"the file is not UTF-8: byte {error.start + 1} cannot be read")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        complain(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, error.problem or "this is not YAML")
    except yaml.YAMLError as error:
        complain(1, 1, f"this is not YAML: {str(error).splitlines()[0]}")
    else:
        if node is not None:
            return node
        complain(1, 1, "the file is empty")
    return None


class _Walk:
    """Turns nodes into plain values and writes down where each stood."""

    def __init__(self, document: Document[Any]) -> None:
        self.document = document
        self.scalars = yaml.SafeLoader("")

    def value_of(self, node: yaml.Node, path: KeyPath, around: tuple[int, ...]) -> Any:
        """The plain value of a node; `around` are the ids of the nodes that contain it."""
        position = node.start_mark.line + 1, node.start_mark.column + 1
        self.document.positions[path] = position
        if id(node) in around:
            self.complain(node, "this alias refers to what contains it")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, (*around, id(node)))
        if isinstance(node, yaml.SequenceNode):
            inside = (*around, id(node))
            return [self.value_of(child, (*path, index), inside) for index, child in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, path: KeyPath, around: tuple[int, ...]) -> dict[str, Any]:
        """Keys are text as written, so that `on:` and `no:` are words; a key that appears twice is a problem."""
        values: dict[str, Any] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(key, "a key is a word, not a list or a mapping")
            elif key.value in values:
                first = self.document.keys[*path, key.value][0]
                self.complain(key, f"{key.value!r} appears twice; the first is on line {first}")
            else:
                self.document.keys[*path, key.value] = key.start_mark.line + 1, key.start_mark.column + 1
                values[key.value] = self.value_of(child, (*path, key.value), around)
        return values

    def scalar(self, node: yaml.Node) -> Any:
        """Only `true` and `false` are booleans; `no`, `on` and `=` stay the words that they are."""
        if node.tag in PLAIN_TEXT:
            return node.value
        if node.tag == "tag:yaml.org,2002:bool":
            return BOOLEANS.get(node.value.lower(), node.value)
        try:
            return self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.complain(node, f"{node.tag} {node.value!r} is no value that can be used here")
            return None

    def complain(self, node: yaml.Node, message: str) -> None:
        mark = node.start_mark
        place = Place(str(self.document.path), mark.line + 1, mark.column + 1)
        self.document.problems.append(problem_at(place, message))


def _attach(value: Any, document: Document[Any], path: KeyPath) -> None:
    """Tell each located value which document it stands in, and where."""
    if isinstance(value, BaseModel):
        if isinstance(value, Located):
            value._document, value._path = document, path
        for name, info in type(value).model_fields.items():
            _attach(getattr(value, name), document, (*path, info.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            _attach(item, document, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _attach(item, document, (*path, index))
