"""Find or do: one search behind the palette, its page and the API."""

from core.web.finding.finding import Found, found

__all__ = ["Found", "found"]
