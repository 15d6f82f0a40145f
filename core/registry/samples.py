"""Which rows are the demonstration's: noted while it is loaded, so that it is taken out again without a real row.

An addon that no person has written into is emptied whole, books and numbers included, and set up anew. In the others each
sample record goes by itself, as far as nothing real needs it: what people changed, use or posted stays, and it is said why.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, inspect, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Company, Extension, Line, Model, Moment, kernel_connection, now
from core.db.migrate import migrate
from core.errors import Refused, TandemError
from core.i18n import _
from core.registry import lifecycle
from core.registry.composition import Composition
from core.registry.kernel import Kernel
from core.registry.order import dependants


class Sample(Base):
    """The rows of one table that an addon's demonstration made: the keys from `first_id` to `last_id`."""

    __tablename__ = "core_sample"
    __title__ = "model"
    id: Mapped[int] = mapped_column(primary_key=True)
    addon: Mapped[str]
    model: Mapped[str]
    first_id: Mapped[int]
    last_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)


@dataclass
class Removal:
    """What becomes of the samples: addons emptied whole, records gone, and records that stay, each kind with its reason."""

    emptied: list[str] = field(default_factory=list)
    gone: Counter[str] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)


def keyed_models(composition: Composition) -> list[Any]:
    """The models of the addons whose rows have keys of their own, those that others point at first."""
    order = {table.name: at for at, table in enumerate(Base.metadata.sorted_tables)}
    own = [model for model in composition.models.values() if model.__addon__ != "core" and not issubclass(model, Extension)]
    return sorted((model for model in own if "id" in inspect(model).columns), key=lambda m: order[m.__tablename__])


def highest(session: Session, models: Sequence[Any]) -> Mapping[Any, int]:
    """The highest key of each table."""
    return {model: session.scalar(select(func.max(model.id))) or 0 for model in models}


@contextmanager
def noting(session: Session, composition: Composition, addon: str) -> Iterator[None]:
    """Whatever rows are made within are samples of this addon."""
    models = keyed_models(composition)
    before = highest(session, models)
    yield
    session.flush()
    for model, last in highest(session, models).items():
        if last > before[model]:
            made = Sample(addon=addon, model=model.label(), first_id=before[model] + 1, last_id=last, at=now())
            session.add(made)


def has_samples(session: Session) -> bool:
    """Whether any sample is noted."""
    return session.scalar(select(Sample.id).limit(1)) is not None


def written_by_people(session: Session, composition: Composition, addon: str) -> bool:
    """Whether a person has made or changed a record of an addon."""
    for model in composition.models.values():
        if model.__addon__ == addon and issubclass(model, Model):
            theirs = or_(model.created_by_id.is_not(None), model.updated_by_id.is_not(None))
            if session.scalar(select(model.id).where(theirs).limit(1)) is not None:
                return True
    return False


def untouched(session: Session, kernel: Kernel, composition: Composition) -> list[str]:
    """The addons that no person has written into, nor into any that stands on them; in their order."""
    touched = {name for name in composition.names if written_by_people(session, composition, name)}
    return [
        name
        for name in composition.names
        if name not in touched and not touched & set(dependants(kernel.addons, name, composition.names))
    ]


def remove_samples(kernel: Kernel, composition: Composition, user_id: int | None = None) -> Removal:
    """Take the demonstration out; real records stay, and so do the samples that they need."""
    with kernel.database.read() as session:
        noted, whole = has_samples(session), untouched(session, kernel, composition)
    if not noted and len(whole) < len(composition.names):
        raise Refused(_("Nobody noted what is a sample here, and people have written: nothing is removed"))
    removal = Removal()
    touched = [name for name in composition.names if name not in whole]

    def step(session: Session) -> None:
        removal.emptied, removal.gone, removal.kept = whole, Counter(), Counter()
        empty(kernel, composition, session, whole)  # first: what stood there may have needed samples of the others
        if touched:
            session.info.update(composition=composition, switchboard=composition.switchboard, via="demo")
            take_out(session, composition, touched, removal)
        if not removal.kept:
            session.execute(delete(Sample))

    lifecycle.change(kernel, step, via="demo", user_id=user_id, switchboard=composition.switchboard)
    return removal


def empty(kernel: Kernel, composition: Composition, session: Session, names: Sequence[str]) -> None:
    """Remove and make the tables of some addons, and set them up for each company, in one transaction."""
    if not names:
        return
    connection = kernel_connection(session)
    lifecycle.refuse_running_jobs(connection)
    addons = [composition.addon(name) for name in names]
    for addon in reversed(addons):
        migrate(connection, addon.name, addon.folder, "base")
        lifecycle.forget_traces(connection, addon.name)
    for addon in addons:
        migrate(connection, addon.name, addon.folder)
    session.expire_all()
    for company in session.scalars(select(Company).order_by(Company.id)):
        lifecycle.set_up(session, composition, company, addons)


def take_out(session: Session, composition: Composition, names: Sequence[str], removal: Removal) -> None:
    """Delete sample records of addons that people work with, one by one, as long as any more can go."""
    ranges = session.scalars(select(Sample)).all()
    waiting: list[tuple[Any, int]] = []
    for model in reversed(keyed_models(composition)):
        if model.__addon__ in names and issubclass(model, Model) and not issubclass(model, Line):
            own = [each for each in ranges if each.model == model.label()]
            for each in own:
                keys = select(model.id).where(model.id.between(each.first_id, each.last_id), model.created_by_id.is_(None))
                changed = set(session.scalars(keys.where(model.updated_by_id.is_not(None))))
                removal.kept[model.label(), str(_("people changed them"))] += len(changed)
                waiting += [(model, key) for key in session.scalars(keys) if key not in changed]
    refused: dict[tuple[Any, int], str] = {}
    while waiting:
        left = [entry for entry in waiting if not gone(session, *entry, refused)]
        removal.gone.update(model.label() for model, key in waiting if (model, key) not in left)
        if len(left) == len(waiting):
            break
        waiting = left
    removal.kept.update((model.label(), refused[model, key]) for model, key in waiting)
    removal.kept = +removal.kept


def gone(session: Session, model: Any, key: int, refused: dict[tuple[Any, int], str]) -> bool:
    """Whether a record could be deleted; if not, it is noted why."""
    record = session.get(model, key)
    if record is None:
        return True
    why = _("they are posted: books keep what was posted") if record.is_frozen else _("real records need them")
    try:
        with session.begin_nested():
            session.delete(record)
            session.flush()
        return True
    except TandemError as error:
        refused[model, key] = str(error)
    except DBAPIError:
        refused[model, key] = str(why)
    session.expire_all()
    return False


def say(removal: Removal, composition: Composition) -> list[str]:
    """What became of the samples, as sentences for a page or a terminal."""
    lines = [str(_("{name} is as on its first day", name=composition.addon(name).manifest.name)) for name in removal.emptied]
    for label, count in sorted(removal.gone.items()):
        lines.append(str(_("{count} of {model} are gone", count=count, model=label)))
    for (label, why), count in sorted(removal.kept.items()):
        lines.append(str(_("{count} of {model} stay: {why}", count=count, model=label, why=why)))
    return lines
