"""Strings that people see, translated when they are shown.

`_("Cheque {number} is endorsed", number=n)` makes a `Text`; `str()` of it looks the message up in the catalogs of the
current app value and language. Catalogs are gettext `.po` files of the kernel and of each enabled addon.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

LANGUAGES = ("en", "es", "ru")
#: whose way of writing numbers and dates a person may choose besides that of his language
REGIONS = ("en_GB", "en_US", "es_AR", "es_MX", "ru_RU", "de_CH")
_language: ContextVar[str] = ContextVar("language", default="en")
_region: ContextVar[str] = ContextVar("region", default="")
_catalogs: ContextVar["Catalogs | None"] = ContextVar("catalogs", default=None)


class Catalogs:
    """The messages of the kernel and of some addons, by language; later folders win."""

    def __init__(self, folders: tuple[Path, ...] = ()) -> None:
        self.folders = folders
        self.messages: dict[str, Mapping[str, str]] = {"en": {}}

    def translate(self, message: str, language: str) -> str:
        """The message in this language, or as it is."""
        if isinstance(message, Spoken):
            return message.others.get(language) or str(message)
        known = self.messages.get(language)
        if known is None:
            known = self.messages[language] = self.read(language)
        return known.get(message) or message

    def read(self, language: str) -> Mapping[str, str]:
        """The messages of a language; its files are read when it is first spoken."""
        merged: dict[str, str] = {}
        for folder in self.folders:
            merged |= read_catalog(folder / f"{language}.po")
        return merged


@lru_cache(256)
def _read(path: Path, _changed: float) -> dict[str, str]:
    with path.open("rb") as file:
        catalog = read_po(file)
    return {m.id: m.string for m in catalog if m.id and isinstance(m.id, str) and isinstance(m.string, str) and m.string}


def read_catalog(path: Path) -> dict[str, str]:
    """The translated messages of one file; none if there is no such file."""
    return _read(path, path.stat().st_mtime) if path.exists() else {}


class Text:
    """A message and its values; it becomes a string in the language of whoever reads it."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: Mapping[str, Any]) -> None:
        self.message, self.values = message, values

    def __str__(self) -> str:
        text = translated(self.message)
        return text.format(**self.values) if self.values else text

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"_({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


class Spoken(str):
    """A name that people gave something themselves, in the languages that they gave it in."""

    __slots__ = ("others",)
    others: Mapping[str, str]

    @classmethod
    def of(cls, texts: Mapping[str, str], name: str = "") -> "Spoken":
        """Read in a language that it was not given in, it is what it is in the first of ours that it was given in."""
        given = {language: text for language, text in texts.items() if text}
        made = cls(next((given[language] for language in LANGUAGES if language in given), "") or humanised(name))
        made.others = given
        return made

    @staticmethod
    def spoken(text: str) -> tuple[str, ...]:
        """A name in every language that it was given in; nothing for a text of ours."""
        return tuple(text.others.values()) if isinstance(text, Spoken) else ()


def _(message: str, **values: Any) -> Text:
    """A string for people, with named values in braces."""
    return Text(message, values)


def translated(message: str) -> str:
    """This message in the current language."""
    if isinstance(message, Spoken):
        return message.others.get(_language.get()) or str(message)
    catalogs = _catalogs.get()
    return catalogs.translate(message, _language.get()) if catalogs and message else message


def current_language() -> str:
    """The language of whoever is served now: `en`, `es` or `ru`."""
    return _language.get()


def current_region() -> str:
    """Whose way of writing numbers and dates the reader chose, `en_US`; empty: that of his language."""
    return _region.get()


def current_locale() -> str:
    """Language and region together: what is drawn for one is not drawn for another."""
    return f"{_language.get()}@{_region.get()}"


def speak(language: str, catalogs: Catalogs | None, region: str | None = None) -> tuple[Any, Any, Any]:
    """From now on strings come in this language; give the answer to `fall_silent` at the end."""
    spoken = _language.set(language if language in LANGUAGES else "en")
    told = _catalogs.set(catalogs if catalogs is not None else _catalogs.get())
    return spoken, told, _region.set(_region.get() if region is None else region)


def fall_silent(spoken: tuple[Any, Any, Any]) -> None:
    """Strings come as they came before."""
    _language.reset(spoken[0])
    _catalogs.reset(spoken[1])
    _region.reset(spoken[2])


@contextmanager
def using_language(language: str, catalogs: Catalogs | None = None) -> Iterator[None]:
    """Within, strings come in this language."""
    spoken = speak(language, catalogs)
    try:
        yield
    finally:
        fall_silent(spoken)


def humanised(name: str) -> str:
    """The label of a name that has none: `tax_id` reads `Tax id`."""
    return name.replace("_", " ").capitalize()
