"""The declarative base: tables are named after addon and class, constraints after table and column."""

import re
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, declared_attr, registry

from core.db.columns import Moment

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def snake(name: str) -> str:
    """`BankAccount` is `bank_account` in addresses and table names."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class Base(DeclarativeBase):
    """Whatever has a table: `crm_contacts_contact` for `addons.crm_contacts.models.Contact`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment()}
    __addon__: ClassVar[str] = "core"
    __slug__: ClassVar[str] = ""
    __history__: ClassVar[bool] = False
    __title__: ClassVar[str] = "name"

    def __init_subclass__(cls, **options: Any) -> None:
        parts = cls.__module__.split(".")
        cls.__addon__ = parts[1] if parts[0] == "addons" and len(parts) > 1 else cls.__dict__.get("__addon__", "core")
        cls.__slug__ = snake(cls.__name__)
        cls._sa_registry = cls.__dict__.get("__registry__") or registry_of(cls.__module__)
        super().__init_subclass__(**options)

    @declared_attr.directive
    def __tablename__(cls) -> str | None:
        """The addon's name and the class's."""
        return f"{cls.__addon__}_{cls.__slug__}"

    @classmethod
    def label(cls) -> str:
        """How YAML names this model: `crm_contacts.Contact`."""
        return f"{cls.__addon__}.{cls.__name__}"

    @property
    def title(self) -> str:
        """What a record is called where only one line is left for it."""
        return str(getattr(self, self.__title__, None) or f"{type(self).__name__} {getattr(self, 'id', '')}")


_registries: dict[str, registry] = {"core": Base.registry}


def registry_of(module: str) -> registry:
    """Where the classes of one addon know each other by name: two addons may each have a `Note`."""
    parts = module.split(".")
    owner = ".".join(parts[:2]) if parts[0] == "addons" else "core" if parts[0] == "core" else module
    if owner not in _registries:
        _registries[owner] = registry(metadata=Base.metadata, type_annotation_map=Base.type_annotation_map)
    return _registries[owner]


def unmap(module: str) -> None:
    """Take the classes of one addon, and whatever points at them, out of the mapping."""
    registry_of(module).dispose(cascade=True)


def mapped_models() -> list[type[Base]]:
    """Every class with a table, at one moment: another thread may be loading an addon meanwhile."""
    while True:
        try:
            return [m.class_ for known in list(_registries.values()) for m in list(known.mappers) if m is not None]
        except RuntimeError:  # a registry grew while it was read
            continue
