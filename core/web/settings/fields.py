"""Fields that this business adds to any model, for administrators; they hold from the next request on, everywhere."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from core.access.schema import ADMIN, EVERYONE
from core.access.words import model_word
from core.custom.definition import ASPECT, OWN_GROUP, definition_of
from core.custom.models import CustomField
from core.db import Model, kernel_connection
from core.errors import Missing, TandemError
from core.i18n import LANGUAGES, _, translated
from core.registry import customs
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.screens.fields.field import field_at
from core.screens.fields.texts import Texts
from core.screens.pages import render
from core.web.settings.field_form import BLANK_WORDS, KIND_NAMES, FieldForm, asked_in, data_of, words_in
from core.web.settings.forms import NAMES, mark_faults
from core.web.settings.system import only_administrators

fields = Blueprint("fields", __name__, url_prefix="/settings/fields")
fields.before_request(only_administrators)
KERNEL_TARGETS = ("core.User", "core.Team", "core.Company")


@dataclass(frozen=True)
class Row:
    """One field as the page of a model lists it."""

    id: int
    label: str
    path: str
    kind: str
    place: str
    required: bool
    in_list: bool
    active: bool
    values: int


def composition_here() -> Composition:
    """That of the app value that answers."""
    found: Composition = current_app.extensions["tandem"]
    return found


def kernel_here() -> Kernel:
    """The kernel of this process, ready to be changed: the request's own transaction lets others write."""
    g.session.rollback()
    kernel: Kernel = current_app.extensions["tandem_kernel"]
    return kernel


def who() -> dict[str, Any]:
    """Who changes what the installation is made of."""
    return {"via": "web", "user_id": g.user.id}


@fields.get("")
def index() -> Response:
    """The models, each with how many fields were added to it."""
    counted = dict(
        g.session.execute(select(CustomField.model, func.count(CustomField.id)).group_by(CustomField.model)).all()
    )
    here = composition_here()
    titles = {addon.name: translated(addon.manifest.name) for addon in here.addons}
    rows = [
        (titles[owner.__addon__], str(model_word(owner)), label, counted.get(label, 0))
        for label, owner in customs.owners(here).items()
    ]
    return render("settings/fields.html", rows=sorted(rows))


@fields.get("/<model>")
def of_model(model: str) -> Response:
    """The fields of one model, in order."""
    owner = customs.owner_of(composition_here(), model)
    query = select(CustomField).where(CustomField.model == model).order_by(CustomField.position, CustomField.id)
    rows = [row_of(owner, kept) for kept in g.session.scalars(query)]
    return render("settings/fields_of.html", model=model, owner=owner, word=model_word(owner), rows=rows)


def row_of(owner: type[Model], kept: CustomField) -> Row:
    """A field with how many records have a value of it."""
    groups = {
        group.name: translated(group.label) or group.name.capitalize()
        for group in composition_here().views.of(owner).form.groups
    }
    return Row(
        kept.id,
        translated(definition_of(kept).label),
        f"{ASPECT}.{kept.name}",
        str(KIND_NAMES.get(kept.kind, kept.kind)),
        groups.get(kept.place, definition_of(kept).heading),
        kept.required,
        kept.in_list,
        kept.active,
        customs.values_of(kernel_connection(g.session), composition_here(), kept),
    )


@fields.get("/<model>/new")
def new(model: str) -> Response:
    """An empty form."""
    return page(customs.owner_of(composition_here(), model), None, form_for(model, None))


@fields.post("/<model>/new")
def add(model: str) -> AnyResponse:
    """Add the field."""
    return saved(model, None)


@fields.get("/<model>/<int:key>")
def show(model: str, key: int) -> Response:
    """One field."""
    kept = stored(model, key)
    return page(customs.owner_of(composition_here(), model), kept, form_for(model, kept))


@fields.post("/<model>/<int:key>")
def save(model: str, key: int) -> AnyResponse:
    """Change the field."""
    return saved(model, stored(model, key))


@fields.post("/<model>/<int:key>/<any(up,down,archive,restore):deed>")
def act(model: str, key: int, deed: str) -> AnyResponse:
    """Move a field, put it away, take it out again."""
    stored(model, key)
    if deed in ("up", "down"):
        customs.move_field(kernel_here(), key, deed == "up", **who())
    else:
        customs.set_active(kernel_here(), key, deed == "restore", **who())
        flash(str(_("It is back, with its values") if deed == "restore" else _("Put away; its values are kept")), "good")
    return redirect(f"/settings/fields/{model}")


@fields.get("/<model>/<int:key>/remove")
def ask(model: str, key: int) -> Response:
    """How many records lose a value; nothing happens yet."""
    kept = stored(model, key)
    count = customs.values_of(kernel_connection(g.session), composition_here(), kept)
    return render(
        "settings/field_remove.html", model=model, kept=kept, label=translated(definition_of(kept).label), count=count
    )


@fields.post("/<model>/<int:key>/remove")
def remove(model: str, key: int) -> AnyResponse:
    """Remove it with all its values."""
    stored(model, key)
    customs.remove_field(kernel_here(), composition_here(), key, **who())
    flash(str(_("The field is gone, with its values")), "good")
    return redirect(f"/settings/fields/{model}")


def stored(model: str, key: int) -> CustomField:
    """The field of a model with this number; 404 if there is none."""
    kept = g.session.get(CustomField, key)
    if kept is None or kept.model != model:
        raise Missing(_("There is no such field"))
    return kept  # type: ignore[no-any-return]


def saved(model: str, kept: CustomField | None) -> AnyResponse:
    """Write what was asked; the form again, with everything that was typed, when it cannot be taken."""
    owner = customs.owner_of(composition_here(), model)
    form, words = form_for(model, kept, request.form), words_in(request.form)
    kind, number = (kept.kind, kept.id) if kept is not None else (form.kind.data or "", 0)
    if kept is not None:
        form.kind.data, form.target.data = kept.kind, kept.target or ""
    if not form.validate():
        return page(owner, kept, form, 422, words)
    try:
        asked = asked_in(form, words, Texts(g.session), kind)
        if kept is None:
            customs.add_field(kernel_here(), composition_here(), model, asked, **who())
        else:
            customs.change_field(kernel_here(), composition_here(), number, asked, **who())
    except TandemError as error:
        mark_faults(form, error)
        return page(owner, kept, form, error.status, words)
    flash(str(_("{label} is there from now on", label=next(filter(None, asked.labels.values())))), "good")
    return redirect(f"/settings/fields/{model}")


def form_for(model: str, kept: CustomField | None, sent: Any = None) -> FieldForm:
    """The form, filled from what was sent or from the field, with what may be chosen in it."""
    here = composition_here()
    form = FieldForm(sent, data=None if kept is None or sent is not None else data_of(kept, Texts(g.session)))
    kinds = {**customs.owners(here), **{label: here.models[label] for label in KERNEL_TARGETS}}
    targets = sorted(((label, str(model_word(kind))) for label, kind in kinds.items()), key=lambda pair: pair[1])
    roles = [(r.name, translated(r.label)) for r in here.permissions.roles.values() if r.name not in (ADMIN, EVERYONE)]
    places = places_of(customs.owner_of(here, model), kept)
    if sent is None and kept is not None and form.where.data not in [place for place, _label in places]:
        form.where.data = f"{kept.place}|"
    return form.offer(targets, places, [(ADMIN, str(_("Administrator"))), *roles])


def places_of(owner: type[Model], kept: CustomField | None) -> list[tuple[str, str]]:
    """Where a field can stand: at the end of each group of the form, or after one of its fields."""
    found = []
    for group in composition_here().views.of(owner).form.groups:
        head = translated(group.label) or group.name.capitalize()
        found.append((f"{group.name}|", str(_("{group}, at the end", group=head))))
        for slot in group.fields:
            field = field_at(owner, slot.field, composition_here().views.models)
            if field is not None and (kept is None or slot.field != f"{ASPECT}.{kept.name}"):
                found.append((f"{group.name}|{slot.field}", f"{head} › {field.label}"))
    own = definition_of(kept).heading if kept is not None else ""
    if own and not any(place == f"{OWN_GROUP}{own}|" for place, _label in found):  # it was put away with its only field
        found.append((f"{OWN_GROUP}{own}|", str(_("{group}, at the end", group=own))))
    return found


def page(
    owner: type[Model], kept: CustomField | None, form: FieldForm, status: int = 200, sent: list[Any] | None = None
) -> Response:
    """The form of a field, with the words of a choice and room for more."""
    if kept is not None:
        words = sent if sent is not None else [(each["word"], each["labels"]) for each in kept.words]
    else:
        words = sent or []
    blank = ("", dict.fromkeys(LANGUAGES, ""))
    count = BLANK_WORDS if words else BLANK_WORDS + 2
    return render(
        "settings/field.html",
        status,
        form=form,
        kept=kept,
        model=owner.label(),
        word=model_word(owner),
        label=translated(definition_of(kept).label) if kept is not None else "",
        words=[*words, *[blank] * count] if kept is None or kept.kind == "choice" else [],
        names=NAMES,
        kind=KIND_NAMES.get(kept.kind, "") if kept is not None else "",
    )
