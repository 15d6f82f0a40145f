"""Settings in the browser: what a person sets for himself, and what an administrator sets for all."""

from typing import Any, NamedTuple

from flask import Flask, g, request

from core.i18n import translated
from core.web.menu import Entry


class Page(NamedTuple):
    """One page of the settings; `note` says in a line what it is for, `words` what else one may look for it by."""

    label: str
    url: str
    icon: str
    note: str = ""
    words: str = ""


OWN = (
    Page(
        "Profile",
        "/profile",
        icon="user",
        note="Name, mail, language, look, and what you may do",
        words="theme dark density contrast zone",
    ),
    Page("Password", "/profile/password", icon="key", note="Choose another one; other browsers are logged out"),
    Page(
        "Second step",
        "/profile/two-step",
        icon="shield-lock",
        note="A code of your phone besides the password",
        words="TOTP 2FA MFA",
    ),
    Page(
        "Sessions",
        "/profile/sessions",
        icon="devices",
        note="Where you are logged in, and how to end that",
        words="logout browser",
    ),
    Page("API keys", "/profile/keys", icon="code", note="Let a program do what you may do", words="token REST"),
)
PEOPLE = (
    Page(
        "Users",
        "/settings/users",
        icon="users",
        note="Who comes in, with which roles, in which companies",
        words="login password reset",
    ),
    Page(
        "Roles",
        "/settings/roles",
        icon="shield",
        note="What each role may do to which records and fields",
        words="rights permissions matrix",
    ),
    Page("Teams", "/settings/teams", icon="users-group", note="People who see each other's records where a role says so"),
    Page(
        "Who sees what",
        "/settings/access",
        icon="eye",
        note="Why somebody sees a record, and what a user may do",
        words="rights explain",
    ),
    Page("Companies", "/settings/companies", icon="building", note="Names, addresses, currencies, time zones"),
    Page(
        "Coming in",
        "/settings/door",
        icon="door-enter",
        note="Which roles need a second step",
        words="security TOTP 2FA MFA",
    ),
    Page(
        "Sessions of all",
        "/settings/sessions",
        icon="devices-2",
        note="Every browser that is logged in, and how to end that",
    ),
    Page("API keys of all", "/settings/keys", icon="key", note="The keys of all programs", words="token REST"),
)
SYSTEM = (
    Page("Addons", "/settings/addons", icon="puzzle", note="What this installation is made of: enable, disable, uninstall"),
    Page(
        "Fields",
        "/settings/fields",
        icon="table-options",
        note="Fields of your own in any form, list, filter, cube and file",
        words="custom",
    ),
    Page(
        "Languages",
        "/settings/languages",
        icon="language",
        note="Which are offered, formats, the first day of the week",
        words="locale",
    ),
    Page(
        "Number series",
        "/settings/sequences",
        icon="list-numbers",
        note="The next numbers of documents and their prefixes",
        words="sequence",
    ),
    Page("Mail", "/settings/mail", icon="mail-cog", note="By which server mails leave, with a test", words="SMTP sender"),
    Page(
        "Jobs",
        "/settings/jobs",
        icon="clock",
        note="Long work: what waits, runs, is done or failed",
        words="schedule import",
    ),
    Page(
        "Outbox",
        "/settings/outbox",
        icon="mail-forward",
        note="Mails and deliveries: what waits or failed, and why",
        words="queue retry",
    ),
    Page("Signals", "/settings/signals", icon="bell", note="What addons announce, and which addon does what then"),
    Page("Health", "/settings/health", icon="heart", note="Everything that must hold, checked now", words="invariants"),
    Page(
        "Audit log",
        "/settings/audit",
        icon="history",
        note="Who changed what, when, from where; logins and exports",
        words="changes",
    ),
    Page(
        "Sample data",
        "/settings/samples",
        icon="flask",
        note="The demonstration, and how to take it out in one step",
        words="demo onboarding",
    ),
)
Pages = tuple[Page, ...]


def install(app: Flask) -> None:
    """Give settings pages their side menu, and note who takes files along."""
    from core.web.settings.audit import install as install_audit

    install_audit(app)

    @app.context_processor
    def menu() -> dict[str, Any]:
        return {"settings_menu": side_menu(request.path)} if request.path.startswith(("/settings", "/profile")) else {}


def sections_of(user: Any) -> list[tuple[str, Pages]]:
    """The pages that a person may open, under their heads."""
    sections: list[tuple[str, Pages]] = [("Yourself", OWN)]
    if user is not None and user.is_admin:
        sections += [("People", PEOPLE), ("System", SYSTEM)]
    return sections


def side_menu(path: str) -> list[Entry]:
    """The pages that this person may open; the one that is open is the longest address that fits."""
    sections = sections_of(g.user)
    fitting = [page.url for _head, pages in sections for page in pages if path.startswith(page.url)]
    here = max(fitting, key=len, default="")
    entries = [Entry(translated("All settings"), "/settings/", "settings", active=path == "/settings/")]
    for head, pages in sections:
        entries.append(Entry(translated(head), "", ""))
        entries += [Entry(translated(page.label), page.url, page.icon, active=page.url == here) for page in pages]
    return entries


def found(sections: list[tuple[str, Pages]], asked: str) -> list[tuple[str, list[Page]]]:
    """The pages whose label, note or words hold all that was asked for, in the reader's language or in English."""
    wanted = asked.casefold().split()

    def fits(page: Page) -> bool:
        said = " ".join((page.label, page.note, page.words, translated(page.label), translated(page.note))).casefold()
        return all(word in said for word in wanted)

    listed = [(head, [page for page in pages if fits(page)]) for head, pages in sections]
    return [(head, pages) for head, pages in listed if pages]
