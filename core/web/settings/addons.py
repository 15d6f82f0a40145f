"""The addons page: what there is, what switching one on would bring, and the three changes; administrators only."""

import logging
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select, table
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Denied, Invalid, Missing, Refused, TandemError
from core.i18n import Catalogs, _, current_language, translated
from core.registry import lifecycle
from core.registry.kernel import Kernel
from core.registry.manifest import Addon
from core.registry.order import dependants
from core.registry.state import State, read_state
from core.screens.pages import render
from core.web.probe import probed_plan
from core.yaml_reader import Problem

addons = Blueprint("addons", __name__, url_prefix="/settings/addons")
LINES = "application/x-ndjson"
log = logging.getLogger(__name__)
GROUPS = (("crm", "Customers"), ("erp", "Operations"), ("base", "Shared"), ("", "Yours"))
#: state: mark and word
STATES = {
    "on": ("done", "On"),
    "off": ("draft", "Off"),
    "kept": ("wait", "Off, was on"),
    "broken": ("late", "Does not load"),
}


@dataclass
class Row:
    """One addon as the page lists it."""

    name: str
    title: str
    summary: str
    version: str
    icon: str
    state: str
    group: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """The shape of its state."""
        return STATES[self.state][0]

    @property
    def word(self) -> str:
        """The word of its state."""
        return translated(STATES[self.state][1])


@addons.before_request
def only_administrators() -> None:
    """Nobody else changes what the installation is made of."""
    if g.user is None or not g.user.is_admin:
        raise Denied(_("Only an administrator may see this page"))


@addons.get("/")
@addons.get("", endpoint="bare")
def index() -> Response:
    """All addons with their state, and the problems of those that cannot be loaded."""
    kernel, done = kernel_here(), request.args.get("enabled", "").split(",")
    if names := titled(kernel, [name for name in done if name in read_state(kernel.database).enabled]):
        flash(str(_("Enabled: {names}", names=", ".join(names))), "good")
    return page()


@addons.get("/<name>/<any(enable,disable,uninstall):verb>")
def ask(name: str, verb: str) -> Response:
    """What the change will do, beside the list; nothing happens yet."""
    return page(verb=verb, name=name, **QUESTIONS[verb](kernel_here(), name))


@addons.post("/<name>/<any(enable,disable,uninstall):verb>")
def change(name: str, verb: str) -> AnyResponse:
    """Do it, whole or not at all; a refusal is shown beside the list with each of its reasons.

    A page that asks for lines of JSON is told each step of an enabling as it is done.
    """
    if verb == "enable" and request.headers.get("Accept") == LINES:
        return Response(steps_of_enabling(kernel_here(), name, g.user.id), mimetype=LINES)
    try:
        flash(str(CHANGES[verb](kernel_here(), name)), "good")
    except TandemError as error:
        return page(error.status, verb=verb, name=name, refusal=error)
    return redirect("/settings/addons/")


def kernel_here() -> Kernel:
    """The kernel of this process, with a fresh look at the folders."""
    kernel: Kernel = current_app.extensions["tandem_kernel"]
    kernel.rediscover()
    return kernel


def page(status: int = 200, verb: str = "", name: str = "", **values: Any) -> Response:
    """The list, with a pane for one addon beside it if one is asked about."""
    rows = list_addons(kernel_here())
    groups = [(translated(label), [row for row in rows if row.group == key]) for key, label in GROUPS]
    chosen = next((row for row in rows if row.name == name), None)
    return render(
        "settings/addons.html",
        status,
        groups=[(label, found) for label, found in groups if found],
        on=sum(row.state == "on" for row in rows),
        all=len(rows),
        verb=verb,
        chosen=chosen,
        titles={row.name: row.title for row in rows},
        strays=[problem for row in rows for problem in row.problems],
        **values,
    )


def list_addons(kernel: Kernel) -> list[Row]:
    """Every addon that was found or is enabled."""
    state, broken = read_state(kernel.database), current_app.extensions["tandem"].broken
    names = {*kernel.addons, *kernel.discovery.problems, *state.installed}
    return [_row(kernel, name, state, broken.get(name, [])) for name in sorted(names)]


def _row(kernel: Kernel, name: str, state: State, broken: list[Problem]) -> Row:
    problems = list(dict.fromkeys([*kernel.discovery.problems.get(name, []), *broken]))
    addon = kernel.addons.get(name)
    if problems or (addon is None and name in state.enabled):
        how = "broken"
    else:
        how = "on" if name in state.enabled else "kept" if name in state.installed else "off"
    if addon is None:
        return Row(name, name.rsplit("/", 1)[-1], "", state.installed.get(name, ""), "puzzle", how, "", problems)
    manifest = addon.manifest
    group = manifest.category if addon.folder.is_relative_to(kernel.checkout) else ""
    title, summary = said(addon, manifest.name), said(addon, manifest.summary)
    return Row(name, title, summary, addon.version, manifest.icon, how, group, problems)


def said(addon: Addon, words: str) -> str:
    """Words of an addon in the reader's language, though it may not be enabled."""
    return Catalogs((addon.folder / "translations",)).translate(words, current_language())


def plan_of_enable(kernel: Kernel, name: str) -> dict[str, Any]:
    """The plan, or why there is none."""
    try:
        return {"plan": probed_plan(kernel, name)}
    except Missing:
        raise
    except TandemError as error:
        return {"refusal": error}


def plan_of_disable(kernel: Kernel, name: str) -> dict[str, Any]:
    """Which others need it, and go off with it."""
    state = read_state(kernel.database)
    if name not in state.enabled:
        raise Missing(_("{name} is not enabled", name=name))
    return {"needing": dependants(kernel.addons, name, state.enabled)}


def plan_of_uninstall(kernel: Kernel, name: str) -> dict[str, Any]:
    """Its tables with the number of their rows, and what stands in the way."""
    state = read_state(kernel.database)
    if name not in state.installed or name in state.enabled:
        raise Missing(_("{name} is not there to be uninstalled: only a disabled addon is", name=name))
    with kernel.database.reader.connect() as connection:
        tables = lifecycle.tables_of(connection, name, kernel.addons)
        counts = [(name, connection.scalar(select(func.count()).select_from(table(name))) or 0) for name in tables]
    return {"tables": counts, "needing": dependants(kernel.addons, name, list(state.installed))}


def enable(kernel: Kernel, name: str) -> Any:
    """Switch on, after another process has loaded all of it."""
    probed_plan(kernel, name)
    done = lifecycle.enable(kernel, name, via="web", user_id=g.user.id)
    return _("Enabled: {names}", names=", ".join(titled(kernel, done)))


def steps_of_enabling(kernel: Kernel, name: str, user_id: int) -> Iterator[bytes]:
    """Lines of JSON: each step, at the end where to go on or what went wrong.

    It is done by a thread of its own, so that it is finished though the page is left.
    """
    told: Queue[dict[str, Any] | None] = Queue()

    def work() -> None:
        try:
            told.put({"text": str(_("Checking {name} in a process of its own", name=name)), "done": 0, "total": 0})
            probed_plan(kernel, name)
            done = lifecycle.enable(kernel, name, "web", user_id, lambda *step: told.put(as_step(*step)))
            told.put({"url": f"/settings/addons/?enabled={','.join(done)}"})
        except TandemError as error:
            told.put({"error": str(error), "errors": [str(fault) for fault in error.errors]})
        except Exception:
            log.exception("enabling %s failed", name)
            told.put({"error": str(_("Something went wrong here")), "errors": []})
        finally:
            told.put(None)

    Thread(target=copy_context().run, args=(work,), daemon=True).start()
    return (orjson.dumps(line) + b"\n" for line in iter(told.get, None))


def as_step(text: Any, done: int, total: int) -> dict[str, Any]:
    """A step as the page reads it."""
    return {"text": str(text), "done": done, "total": total}


def disable(kernel: Kernel, name: str) -> Any:
    """Switch off; with `cascade` also what needs it."""
    done = lifecycle.disable(kernel, name, "cascade" in request.form, via="web", user_id=g.user.id)
    return _("Disabled: {names}. Their data stays.", names=", ".join(titled(kernel, done)))


def uninstall(kernel: Kernel, name: str) -> Any:
    """Drop tables and data, if the person wrote the addon's name."""
    if request.form.get("confirmed", "").strip() != name:
        raise Invalid(_("Write {name} to confirm that its data is to be deleted", name=name))
    if name not in kernel.addons:
        raise Refused(_("The code of {name} is not on this machine, so its tables cannot be dropped", name=name))
    lifecycle.uninstall(kernel, name, via="web", user_id=g.user.id)
    return _("Uninstalled: {names}", names=", ".join(titled(kernel, [name])))


def titled(kernel: Kernel, names: list[str]) -> list[str]:
    """The names that people know the addons by."""
    return [said(kernel.addons[name], kernel.addons[name].manifest.name) for name in names if name in kernel.addons]


QUESTIONS = {"enable": plan_of_enable, "disable": plan_of_disable, "uninstall": plan_of_uninstall}
CHANGES = {"enable": enable, "disable": disable, "uninstall": uninstall}
