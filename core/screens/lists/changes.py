"""What is posted to a list: a card or an entry is moved or made, or something is done to what is ticked."""

from typing import Any

from flask import flash, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import _, current_language
from core.screens.boards.posts import board_changed
from core.screens.calendars.making import entry_made, entry_moved
from core.screens.exports.dialects import COOKIE, kept_dialect
from core.screens.lists.bulk import Chosen, Outcome, act_on, bulk_actions
from core.screens.lists.bulk.asking import Asking
from core.screens.mailing.page import Mailing
from core.screens.mailing.sending import MAIL
from core.screens.pages import committed
from core.screens.undo.telling import flash_act

EXPORT = "export:"


def changed(screen: Any, session: Session) -> Any:
    """Move a card or an entry, make one, or do something to all that is ticked."""
    if "card" in request.form or "quick" in request.form:
        return board_changed(screen, session, board_page)
    if request.args.get("entry") == "new":
        return entry_made(screen)
    if request.args.get("entry") == "move":
        return entry_moved(lambda own: screen.calendar(calendar_page(screen, own)), f"{screen.view.url}?view=calendar")
    return ticked(screen, session)


def board_page(screen: Any, session: Session) -> Any:
    """The board that a card was moved on."""
    from core.screens.lists.index import ListPage, joined_args

    return ListPage(screen, session, {**joined_args(), "view": "kanban", "by": request.form.get("by", "")})


def calendar_page(screen: Any, session: Session) -> Any:
    """The calendar that an entry was moved on."""
    from core.screens.lists.index import ListPage

    return ListPage(screen, session, {"view": "calendar"})


def ticked(screen: Any, session: Session) -> Any:
    """Do something to all that is ticked; first ask what it needs."""
    name, chosen = request.form.get("action", ""), Chosen.of(request.form)
    if name == "sums":
        return chosen_sums(screen, session, chosen)
    if name.startswith(EXPORT):
        return exported(screen, session, chosen, name.removeprefix(EXPORT))
    if name == MAIL:
        return Mailing(session, screen, chosen).response()
    action = next((each for each in bulk_actions(session, screen) if each.name == name), None)
    values = None
    if action is not None and action.asks:
        asking = Asking(session, screen, action, chosen)
        if not asking.is_answered:
            return asking.page()
        try:
            values = asking.values()
        except Invalid as error:
            return asking.page(error)
    outcome = committed(lambda s: act_on(s, screen, name, chosen, values))
    return told(screen, outcome, chosen.query)


def told(screen: Any, outcome: Outcome, back: str) -> Any:
    """Back to the list with a word of what was done; to the report where it goes on."""
    report = f"/acts/{outcome.act_id}"
    if outcome.waits:
        return redirect(report, 303)
    flash_act(f"{outcome.text}.", outcome.act_id if outcome.can_undo else None)
    if outcome.refused:
        link = Markup('<a href="{}">{}</a>').format(report, _("See why"))
        flash(Markup("{} {}").format(_("{count} refused.", count=outcome.refused), link), "warning")
    return redirect(f"{screen.view.url}{back if back.startswith('?') else ''}", 303)


def chosen_sums(screen: Any, session: Session, chosen: Chosen) -> dict[str, Any]:
    """How many are chosen, and the sums of the columns that are added up."""
    from core.screens.lists.index import ListPage, args_of

    page = ListPage(screen, session, args_of(chosen.query))
    condition = chosen.condition(session, screen)
    grid, count = page.grid(), page.listing.exact_total(session, condition)
    sums = page.listing.sums(session, condition) if page.listing.summed else {}
    shown = [
        {"label": str(column.field.shown_label()), "text": grid.shape.number(column.field.kind, sums[column.path])}
        for column in page.listing.summed
    ]
    return {"count": count, "text": grid.shape.number("integer", count), "sums": shown}


def exported(screen: Any, session: Session, chosen: Chosen, kind: str) -> Any:
    """A file of what is chosen, with the columns and the order of the list; a CSV as it was chosen last, or as is usual."""
    from core.screens.lists.index import ListPage, args_of

    dialect = kept_dialect(request.cookies.get(COOKIE, ""), current_language())
    wanted = {"view": "list", "separator": dialect.separator, "decimal": dialect.decimal}
    page = ListPage(screen, session, args_of(chosen.query) | wanted)
    page.condition = chosen.condition(session, screen)
    return page.export(kind)
