"""What somebody typed to find something: the kind he wants, the words, a number in whatever grouping, an amount."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from core.values import bare_number, digits_of, fold, number_keys

LONGEST, WORDS, LEAST = 100, 5, 3
#: the sign before a question: actions, menus, people, documents
SIGNS = (">", "/", "@", "#")
ENOUGH_DIGITS, TAIL = 8, 7  # of a phone number the last seven digits are always written
AMOUNT = re.compile(r"-?\d{1,3}([.,\u00a0\u202f' ]\d{3})*([.,]\d{1,2})?|-?\d+[.,]\d{1,2}")


@dataclass(frozen=True)
class Question:
    """One question; `sign` narrows it to a kind."""

    typed: str
    sign: str = ""

    @classmethod
    def read(cls, typed: str) -> "Question":
        """From what was typed, with a sign before it or none."""
        text = " ".join(typed.replace("\0", " ").split())[:LONGEST]
        sign = text[:1] if text[:1] in SIGNS else ""
        return cls(text.removeprefix(sign).strip(), sign)

    @cached_property
    def folded(self) -> str:
        """Without accents and case."""
        return fold(self.typed)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words that an index can find."""
        return tuple(word for word in self.folded.split() if len(word) >= LEAST)[:WORDS]

    @cached_property
    def is_number(self) -> bool:
        """Whether it is a number: mostly digits, whatever stands between them."""
        signs = [c for c in self.folded if c.isalnum()]
        digits = sum(c.isdecimal() for c in signs)
        letters = [word for word in re.findall(r"[^\W\d_]+", self.folded) if len(word) > 4]
        return digits > 0 and 2 * digits >= len(signs) and not letters

    @cached_property
    def bare(self) -> str:
        """The number without the zeros and signs that only fill it."""
        return bare_number(self.folded)

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Pieces that a searched text must hold: one of each group."""
        if self.is_number:
            digits = digits_of(self.folded).lstrip("0")
            tail = [digits[-TAIL:]] if len(digits) >= ENOUGH_DIGITS else []
            pieces = [self.folded, self.bare, *([digits] if digits == self.bare or len(digits) > 4 else []), *tail]
            kept = tuple(dict.fromkeys(piece for piece in pieces if len(piece) >= LEAST))
            return (kept,) if kept else ()
        return tuple((word, *(key for key in number_keys(word) if len(key) >= LEAST)) for word in self.words)

    @cached_property
    def sequence(self) -> int | None:
        """The number of a document that is called by its last digits alone."""
        plain = self.folded.lstrip("#")
        return int(plain) if plain.isdecimal() and len(plain) < 10 else None

    @cached_property
    def amount(self) -> Decimal | None:
        """The amount that was typed, whichever sign parts its thousands; None if it is none."""
        if not AMOUNT.fullmatch(self.typed) or len(digits_of(self.typed)) < LEAST:
            return None
        sign, plain = ("-", self.typed[1:]) if self.typed[0] == "-" else ("", self.typed)
        whole, point, cents = plain, "", ""
        if found := re.search(r"[.,](\d{1,2})$", plain):
            whole, point, cents = plain[: found.start()], ".", found.group(1)
        return Decimal(f"{sign}{digits_of(whole)}{point}{cents}")
