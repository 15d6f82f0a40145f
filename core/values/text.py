"""Text as search and order compare it, and numbers as people remember them."""

import re
import unicodedata

#: a phone, a tax number, the number of a document or a cheque: digits in any grouping, perhaps after a few letters
NUMBER = re.compile(r"(?:(?<![^\W_])[^\W\d_]{1,4}[-/]?)?\d(?:[\s().\-/+]*\d)*")
PARTS = re.compile(r"[^\W\d_]+|\d+")
BETWEEN = re.compile(r"\D+")
LONG = 5  # so many digits are a number that somebody may write with other signs between


def fold(text: str) -> str:
    """Text without accents and case: `Ferretería` and `FERRETERIA` are the same."""
    if text.isascii():  # the same, and most of what is imported
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def initials(name: str) -> str:
    """A name in two letters: of its first and its last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def bare_number(text: str) -> str:
    """A number without the zeros and signs that only fill it: `a-0001-00000035` and `A 1/35` are `a-1-35`."""
    parts = PARTS.findall(text)
    return "-".join((part.lstrip("0") or "0") if part[0].isdigit() else part for part in parts)


def digits_of(text: str) -> str:
    """The digits of a text, without what stands between them."""
    return BETWEEN.sub("", text)


def number_keys(folded: str) -> list[str]:
    """What the numbers in a folded text are found by however they are written: bare, and as digits alone."""
    keys: dict[str, None] = {}
    for match in NUMBER.finditer(folded):
        written, digits = match.group(), digits_of(match.group())
        keys |= dict.fromkeys([bare_number(written), *([digits] if len(digits) >= LONG else [])])
        keys.pop(written, None)
    return list(keys)
