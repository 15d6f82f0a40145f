"""Text as search and order compare it."""

import unicodedata


def fold(text: str) -> str:
    """Text without accents and case: `Ferretería` and `FERRETERIA` are the same."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
