"""Text as search and order compare it."""

import unicodedata


def fold(text: str) -> str:
    """Text without accents and case: `Ferretería` and `FERRETERIA` are the same."""
    if text.isascii():  # the same, and most of what is imported
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
