"""What is posted to a list: a card is moved, or something is done to what is ticked."""

from typing import Any

from flask import flash, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.i18n import _
from core.screens.lists.bulk import Chosen, Outcome, act_on, bulk_actions, move_card
from core.screens.lists.bulk.asking import Asking
from core.screens.pages import committed, wants_json
from core.screens.undo.telling import flash_act

EXPORT = "export:"


def changed(screen: Any, session: Session) -> Any:
    """Move a card, or do something to all that is ticked."""
    if "card" in request.form:
        moved = committed(lambda s: move_card(s, screen, request.form.get("card", ""), request.form.get("column", "")))
        if wants_json() or request.headers.get("X-Requested-With") == "fetch":
            return {"moved": moved.id}
        return redirect(f"{screen.view.url}?view=kanban", 303)
    name, chosen = request.form.get("action", ""), Chosen.of(request.form)
    if name == "sums":
        return chosen_sums(screen, session, chosen)
    if name.startswith(EXPORT):
        return exported(screen, session, chosen, name.removeprefix(EXPORT))
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
    """A file of what is chosen, with the columns and the order of the list."""
    from core.screens.lists.index import ListPage, args_of

    page = ListPage(screen, session, args_of(chosen.query) | {"view": "list"})
    page.condition = chosen.condition(session, screen)
    return page.export(kind)
