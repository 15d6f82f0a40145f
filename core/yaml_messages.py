"""What pydantic found wrong, said about the file: the path that the file really has, and a sentence with a hint."""

import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
Finding = tuple[Path, str, bool]

WRONG_KIND = {
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "none_required": "nothing",
}


def hint(word: str, among: Iterable[str]) -> str:
    """`; did you mean 'email'?`, or nothing when no word is near."""
    close = difflib.get_close_matches(word, [str(other) for other in among], 1) if word else []
    return f"; did you mean {close[0]!r}?" if close else ""


def explain(error: ValidationError, data: Any, schema: type[BaseModel]) -> Iterator[Finding]:
    """Path, sentence, and whether the key rather than the value is meant, for each problem of the file."""
    errors = error.errors(include_url=False)
    yield from _judge([(details["loc"], details) for details in errors], (), data, schema)


def _judge(errors: list[tuple[Path, ErrorDetails]], base: Path, data: Any, schema: type[BaseModel]) -> Iterator[Finding]:
    """pydantic reports every option of a union; only those of the option that the writer meant are told."""
    unions: dict[Path, list[tuple[Path, ErrorDetails]]] = {}
    for loc, details in errors:
        missing = details["type"] == "missing"
        inner, rest = _follow(data, loc[:-1] if missing else loc)
        if rest:
            unions.setdefault(inner, []).append(((*rest, loc[-1]) if missing else rest, details))
        else:
            yield _sentence(details, (*base, *loc) if missing else (*base, *inner), schema)
    for at, reported in unions.items():
        yield from _meant(reported, (*base, *at), _inside(data, at), schema)


def _meant(errors: list[tuple[Path, ErrorDetails]], at: Path, data: Any, schema: type[BaseModel]) -> Iterator[Finding]:
    """The problems of the option whose kind fits and has the fewest; if none fits, one sentence names all kinds."""
    options: dict[str, list[tuple[Path, ErrorDetails]]] = {}
    for loc, details in errors:
        options.setdefault(str(loc[0]), []).append((loc[1:], details))
    unfit = {
        option: WRONG_KIND[details["type"]]
        for option, reported in options.items()
        for loc, details in reported
        if not loc and details["type"] in WRONG_KIND
    }
    fitting = [reported for option, reported in options.items() if option not in unfit]
    if fitting:
        yield from _judge(min(fitting, key=len), at, data, schema)
    else:
        yield at, f"{' or '.join(dict.fromkeys(unfit.values()))} is expected here, not {_shown(data)}", False


def _follow(data: Any, loc: Path) -> tuple[Path, Path]:
    """The part of a location that the file has, and the rest: pydantic's names of union options and what is in them."""
    for length, part in enumerate(loc):
        has = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if not has:
            return loc[:length], loc[length:]
        data = data[part]
    return loc, ()


def _inside(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _sentence(details: ErrorDetails, path: Path, schema: type[BaseModel]) -> Finding:
    """One error in the words of somebody who writes YAML."""
    kind, given, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "missing":
        return path[:-1], f"{path[-1]!r} is missing", False
    if kind == "extra_forbidden":
        return path, f"unknown key {path[-1]!r}{hint(str(path[-1]), _fields_at(schema, path[:-1]))}", True
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return path, f"{given!r} is not one of {', '.join(allowed)}{hint(str(given), allowed)}", False
    if kind in WRONG_KIND:
        advice = "; write it in quotes" if kind == "string_type" and isinstance(given, int | float) else ""
        return path, f"{WRONG_KIND[kind]} is expected here, not {_shown(given)}{advice}", False
    if kind in ("value_error", "assertion_error"):
        return path, str(context.get("error", details["msg"])), False
    message = details["msg"]
    return path, message[:1].lower() + message[1:], False


def _shown(given: Any) -> str:
    """What stands in the file, short."""
    if given is None:
        return "nothing"
    if isinstance(given, dict):
        return "a mapping"
    return "a list" if isinstance(given, list) else repr(given)


def _fields_at(schema: type[BaseModel], path: Path) -> set[str]:
    """The keys that a mapping at `path` may have."""
    kinds: list[Any] = [schema]
    for part in path:
        kinds = [inner for kind in _options(kinds) for inner in _step(kind, part)]
    models = [kind for kind in _options(kinds) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return {info.alias or name for model in models for name, info in model.model_fields.items()}


def _options(kinds: list[Any]) -> Iterator[Any]:
    """Types without `Annotated`, unions opened."""
    for kind in kinds:
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            yield from _options(list(typing.get_args(kind)))
        elif origin is typing.Annotated:
            yield from _options([typing.get_args(kind)[0]])
        else:
            yield kind


def _step(kind: Any, part: str | int) -> Iterator[Any]:
    """The types of the value under one key or index."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, tuple, set) and arguments:
        yield arguments[0]
    elif origin is dict and arguments:
        yield arguments[1]
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, info in kind.model_fields.items():
            if part == (info.alias or name):
                yield info.annotation
