"""The menu of a person: what the enabled addons declare, less what his roles do not open; each state is drawn once."""

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from core.i18n import current_language, translated

MANY = 4  # so many entries of one addon in one section stand together under its name
KEPT = 1000
FOLDED = ("Analysis", "Set-up")  # sections that one opens to look something up, not to work


@dataclass
class Entry:
    """One line of the menu; one without an address opens the entries below it."""

    label: str
    url: str
    icon: str
    active: bool = False
    below: list["Entry"] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the page that is shown is this one or below it."""
        return self.active or any(entry.active for entry in self.below)


@dataclass
class Section:
    """A head and its entries; a folded one shows them when it is asked or holds the page that is shown."""

    label: str
    entries: list[Entry] = field(default_factory=list)
    folded: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the page that is shown is in it."""
        return any(entry.is_open for entry in self.entries)


@dataclass(frozen=True)
class Shown:
    """A link that one person may follow, in his language."""

    label: str
    url: str
    icon: str
    section: str
    addon: str


class Menus:
    """The menus of one app value."""

    def __init__(self, composition: Any, environment: Environment) -> None:
        self.composition, self.environment = composition, environment
        self.links = lru_cache(256)(self._links)
        self.kept: dict[Any, dict[str, Markup]] = {}

    def drawn(self, policy: Any, path: str, is_admin: bool) -> dict[str, Markup]:
        """The side menu, its foot and a phone's tab bar as markup, with the entries of this address marked.

        A page has some sixty entries: drawing them anew took a tenth of the time of a list.
        """
        here = tuple(link.url for link in self.links(policy, current_language()) if path.startswith(link.url))
        foot = self.foot(is_admin, path)
        state = (policy, current_language(), is_admin, path == "/", here, tuple(entry.active for entry in foot))
        found = self.kept.get(state)
        if found is None:
            if len(self.kept) >= KEPT:
                self.kept.clear()
            found = self.kept[state] = self.draw(self.of(policy, path), foot)
        return found

    def draw(self, sections: list[Section], foot: list[Entry]) -> dict[str, Markup]:
        """The three places of the frame that show the menu."""
        parts: Any = self.environment.get_template("parts/menu.html").module
        tabs = [entry for section in sections for entry in section.entries if entry.url]
        return {
            "side_menu": parts.side(sections),
            "foot_menu": parts.foot(foot),
            "first_tabs": parts.tabs(tabs[:2]),
            "last_tabs": parts.tabs(tabs[2:3]),
        }

    def of(self, policy: Any, path: str) -> list[Section]:
        """The sections for a policy in the current language, with the entry of this address marked."""
        sections = [Section("", [Entry(translated("My day"), "/", "sun", active=path == "/")])]
        for name, links in groupby(self.links(policy, current_language()), key=lambda link: link.section):
            sections.append(Section(translated(name), self.entries(list(links), path), name in FOLDED))
        return sections

    def entries(self, links: list[Shown], path: str) -> list[Entry]:
        """The entries of one section; an addon with many of them is one entry that opens."""
        counts, groups, found = Counter(link.addon for link in links), dict[str, Entry](), list[Entry]()
        for link in links:
            entry = Entry(link.label, link.url, link.icon, active=path.startswith(link.url))
            if counts[link.addon] < MANY or link.section in FOLDED:
                found.append(entry)
            elif link.addon in groups:
                groups[link.addon].below.append(entry)
            else:
                manifest = self.composition.addon(link.addon).manifest
                groups[link.addon] = Entry(translated(manifest.name), "", manifest.icon, below=[entry])
                found.append(groups[link.addon])
        return found

    def _links(self, policy: Any, language: str) -> list[Shown]:
        return [
            Shown(translated(link.label), link.url, link.icon, link.section, link.addon)
            for link in self.composition.menu
            if self.is_open(link, policy)
        ]

    def is_open(self, link: Any, policy: Any) -> bool:
        """Whether the policy lets a person follow a link: he may read its model, or any of the addon's for other pages."""
        if link.model is not None:
            return bool(policy.may(link.model, "read"))
        if link.report is not None:
            specs = self.composition.parts.get("reports", {})
            spec = specs.get((link.addon, link.report))
            return (
                spec is None
                or policy.is_admin
                or spec.permission in policy.roles
                or any(spec.permission == role for role in self.composition.permissions.implied(policy.roles))
            )
        own = [m for m in self.composition.models.values() if m.__addon__ == link.addon]
        return any(policy.may(m, "read") for m in own)

    def foot(self, is_admin: bool, path: str) -> list[Entry]:
        """Addons and Settings, at the foot of the menu."""
        entries = [Entry(translated("Addons"), "/settings/addons", "puzzle")] if is_admin else []
        entries.append(Entry(translated("Settings"), "/settings/" if is_admin else "/profile", "settings"))
        for entry in entries:
            entry.active = path.startswith(entry.url)
        if entries[0].active and len(entries) > 1:
            entries[1].active = False
        return entries
