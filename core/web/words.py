"""The words that the browser's own modules show, in the language of whoever reads the page."""

from core.i18n import _

WORDS = {
    "unsaved": _("Unsaved since {time}"),
    "undo": _("Undo"),
    "close": _("Close"),
    "nothing": _("Nothing matches"),
    "ask": _("A name, a number, an amount, or what you want to do. A letter or two may be wrong."),
    "which": _("Which one? Type a piece of its name or number."),
    "hits": _("{count} hits"),
    "all": _("All"),
    "here": _("On this page"),
    "everywhere": _("Everywhere"),
    "searching": _("Searching…"),
    "offline": _("No connection. What you typed is kept."),
    "refused": _("The server refused this."),
    "failed": _("This did not work. Try again."),
    "removed": _("Line removed"),
    "today": _("Today"),
    "month": _("Month"),
    "week": _("Week"),
    "day": _("Day"),
    "list": _("List"),
    "previous": _("Previous"),
    "next": _("Next"),
    "all_day": _("All day"),
    "more": _("{count} more"),
}


def page_words() -> dict[str, str]:
    """Name → translated word; placeholders in braces are filled by the browser."""
    return {name: str(word) for name, word in WORDS.items()}
