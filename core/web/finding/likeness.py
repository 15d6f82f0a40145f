"""How near a record is to a question, words that may be misspelt, and where in a text the match lies."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from core.values import bare_number, digits_of, fold
from core.web.finding.question import Question

Parts = list[tuple[str, bool]]
SHORT, LONG = 4, 8  # letters: below the first no fault is forgiven, below the second one, from there on two


def faults_forgiven(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or swapped."""
    return 0 if len(word) < SHORT else 1 if len(word) < LONG else 2


def nearest(word: str, words: Iterable[str]) -> tuple[int, str]:
    """The word of a text that is nearest, with its faults; of a longer word its beginning counts as well."""
    most, best = faults_forgiven(word) + 1, ""
    for other in words:
        for end in {len(other), len(word) - 1, len(word), len(word) + 1}:
            if 0 < end <= len(other) and abs(end - len(word)) < most:
                faults = OSA.distance(word, other[:end], score_cutoff=most - 1)
                if faults < most:
                    most, best = faults, other
    return most, best


@lru_cache(4096)
def swapped(word: str) -> tuple[str, ...]:
    """A short word with each two neighbours swapped, which trigrams alone would not find."""
    if not SHORT <= len(word) < LONG:
        return ()
    swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return tuple(dict.fromkeys(each for each in swaps if each != word))


def forgiven(question: Question, text: str) -> tuple[float, tuple[str, ...]] | None:
    """How near a text is whose words may be misspelt, and the words that were meant; None if it is another."""
    words, meant, score = text.split(), list[str](), 0.0
    for word in question.words:
        faults, best = nearest(word, words)
        if not best:
            return None
        meant.append(best)
        score += 1 - faults / (len(word) + 1)
    return 100 * score / len(question.words), tuple(meant)


def score(question: Question, title: str, text: str) -> float:
    """How near a record is that holds what was asked: 100 is the very thing."""
    called = fold(title)
    if question.is_number:
        if bare_number(called) == question.bare or question.folded in called.split():
            return 100
        asked = digits_of(question.folded)
        return 90 if asked.lstrip("0") in text else fuzz.partial_ratio(asked, digits_of(text)) * 0.85
    begins = called.startswith(question.folded) or f" {question.folded}" in called
    whole = fuzz.ratio(question.folded, called)
    inside = sum(word in called for word in question.words) / max(len(question.words), 1)
    return min(100.0, 45 * inside + 0.3 * whole + (25 if begins else 0))


def parts(text: str, question: Question, meant: Sequence[str] = ()) -> Parts:
    """A text in pieces, each with whether it is what was asked for; accents and case do not matter."""
    folded, places = "", list[int]()
    for at, letter in enumerate(text):
        piece = fold(letter)
        folded, places = folded + piece, places + [at] * len(piece)
    marked = bytearray(len(text))
    wanted = [question.folded] if question.is_number else [*question.folded.split(), *meant]
    for word in filter(None, wanted):
        at = folded.find(word)
        while at >= 0:
            if len(word) > 1 or at == 0 or folded[at - 1] == " ":
                first, last = places[at], places[at + len(word) - 1]
                marked[first : last + 1] = b"\1" * (last + 1 - first)
            at = folded.find(word, at + len(word))
    if question.is_number and not any(marked):
        mark_digits(text, digits_of(question.folded).lstrip("0"), marked)
    return joined(text, marked)


def mark_digits(text: str, digits: str, marked: bytearray) -> None:
    """Mark a run of digits, or its last ones, through whatever stands between them in the text."""
    places = [at for at, letter in enumerate(text) if letter.isdecimal()]
    plain = "".join(text[at] for at in places)
    for wanted in (digits, digits[-7:]):
        at = plain.find(wanted) if len(wanted) >= 3 else -1
        if at >= 0:
            first, last = places[at], places[at + len(wanted) - 1]
            marked[first : last + 1] = b"\1" * (last + 1 - first)
            return


def joined(text: str, marked: bytearray) -> Parts:
    """Runs of letters that are alike marked."""
    found: Parts = []
    for letter, mark in zip(text, marked, strict=True):
        if found and found[-1][1] == bool(mark):
            found[-1] = (found[-1][0] + letter, bool(mark))
        else:
            found.append((letter, bool(mark)))
    return found
