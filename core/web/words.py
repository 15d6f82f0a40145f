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
    "create": _("Create “{text}”…"),
    "open": _("Open the record"),
    "discard": _("Drop what was typed since it was opened?"),
    "too_large": _("The file is larger than {limit} MB: send a smaller one"),
    "filed": _("Files kept: {count}"),
    "today": _("Today"),
    "all_day": _("All day"),
    "more": _("{count} more"),
    "keep_mine": _("Keep mine"),
    "take_theirs": _("Take theirs"),
    "restore": _("Restore"),
    "all_sure": _("{what}: all {count} that match?"),
    "moved": _("{title} moved to {column}"),
    "closed": _("Cards do not come into {column} by moving them"),
    "made": _("{title} was made"),
    "saved": _("{title} was saved"),
    "rescheduled": _("{title} is now on {when}"),
    "cancelled": _("Left where it was"),
    "clash": _("two at one time"),
    "clash_with": _("at the same time as {titles}."),
    "free_next": _("Free next: {time}."),
    "new_entry": _("New entry"),
    "open_entry": _("Open"),
    "move": _("Move…"),
    "only_this": _("Change only this one"),
    "week_number": _("week {number}"),
}


def page_words() -> dict[str, str]:
    """Name → translated word; placeholders in braces are filled by the browser."""
    return {name: str(word) for name, word in WORDS.items()}
