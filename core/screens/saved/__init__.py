"""Saved views: a list under a name, for oneself, a team or all; and what a list opens with."""

from core.screens.saved.listing import SavedLink, saved_links

__all__ = ["SavedLink", "saved_links"]
