"""Settings in the browser: what a person sets for himself, and what an administrator sets for all."""

from typing import Any, NamedTuple

from flask import Flask, g, request

from core.i18n import translated
from core.web.menu import Entry


class Page(NamedTuple):
    """One page of the settings."""

    label: str
    url: str
    icon: str


OWN = (
    Page("Profile", "/profile", icon="user"),
    Page("Password", "/profile/password", icon="key"),
    Page("Sessions", "/profile/sessions", icon="devices"),
    Page("API keys", "/profile/keys", icon="code"),
)
PEOPLE = (
    Page("Users", "/settings/users", icon="users"),
    Page("Roles", "/settings/roles", icon="shield"),
    Page("Teams", "/settings/teams", icon="users-group"),
    Page("Companies", "/settings/companies", icon="building"),
    Page("API keys of all", "/settings/keys", icon="code"),
)
SYSTEM = (
    Page("Addons", "/settings/addons", icon="puzzle"),
    Page("Jobs", "/settings/jobs", icon="clock"),
    Page("Signals", "/settings/signals", icon="bell"),
    Page("Health", "/settings/health", icon="heart"),
    Page("Changes", "/settings/changes", icon="history"),
    Page("Sample data", "/settings/samples", icon="flask"),
)
Pages = tuple[Page, ...]


def install(app: Flask) -> None:
    """Give settings pages their side menu."""

    @app.context_processor
    def menu() -> dict[str, Any]:
        return {"settings_menu": side_menu(request.path)} if request.path.startswith(("/settings", "/profile")) else {}


def pages_for(user: Any) -> list[Page]:
    """All pages of settings that somebody may open."""
    if user is None:
        return []
    return [*OWN, *PEOPLE, *SYSTEM] if user.is_admin else [*OWN]


def side_menu(path: str) -> list[Entry]:
    """The pages that this person may open, under their heads; the one that is open is the longest address that fits."""
    sections: list[tuple[str, Pages]] = [("Yourself", OWN)]
    if g.user is not None and g.user.is_admin:
        sections += [("People", PEOPLE), ("System", SYSTEM)]
    fitting = [url for _head, pages in sections for _label, url, _icon in pages if path.startswith(url)]
    here = max(fitting, key=len, default="")
    entries = []
    for head, pages in sections:
        entries.append(Entry(translated(head), "", ""))
        entries += [Entry(translated(label), url, icon, active=url == here) for label, url, icon in pages]
    return entries
