"""A letter that is being written for many records, and what it becomes for one of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.db import Model, actor
from core.errors import Refused
from core.i18n import LANGUAGES, _, current_language, current_region, fall_silent, speak
from core.mail import mail_address
from core.screens.fields.addressed import holder_path, opt_out
from core.screens.fields.field import Field, fields_of
from core.screens.fields.formats import formats
from core.screens.fields.rights import rights
from core.screens.fields.shown import Looking
from core.screens.fields.texts import Texts
from core.screens.mailing.places import filled, places_in

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Draft:
    """What was written: sender, subject and text with places; `batch` is the one click that sends it.

    Who has no language of his own is written to in `language`, with the numbers and dates of `region`.
    """

    account_id: int
    subject: str
    body: str
    reply_to: str = ""
    batch: str = ""
    to_many: bool = True
    language: str = "en"
    region: str = ""

    @classmethod
    def kept(cls, values: Mapping[str, Any]) -> "Draft":
        """What an act keeps of it."""
        return cls(**values)

    def keep(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)

    def is_per_address(self, path: str) -> bool:
        """Whether an address gets one letter however many records have it.

        So it is where the address is the record's own, and where all letters to it would be the same word for word.
        """
        holder = holder_path(path)
        if "." not in path:
            return True
        places = [*places_in(self.subject), *places_in(self.body)]
        return all(place == holder or place.startswith(f"{holder}.") for place in places)


@dataclass(frozen=True)
class Written:
    """A letter to one address about one record."""

    record: Any
    holder: Any
    address: str
    subject: str
    text: str
    key: str


def written(session: Session, view: Any, draft: Draft, record: Model) -> Written:
    """The letter about a record as it will leave; Refused with the reason why there is none."""
    looking = Looking(session, record, {})
    found = looking.at(view.mail_path)
    said = getattr(found[0], found[1].key) if found is not None else None
    if found is None or not said:
        raise Refused(_("{title} has no e-mail address.", title=record.title))
    address, holder = mail_address(said), owner_of(found[0])
    if address is None:
        raise Refused(_("“{address}” of {title} is no e-mail address.", address=said, title=record.title))
    if draft.to_many and wants_none(holder):
        raise Refused(_("{title} wants no mailings.", title=holder.title))
    with speaking_to(holder, draft):
        texts = LetterTexts(session)
        subject = " ".join(filled(draft.subject, lambda path: texts.at(looking, path)).split())[:LONGEST_SUBJECT]
        text = filled(draft.body, lambda path: texts.at(looking, path))
    key = address.casefold() if draft.is_per_address(view.mail_path) else f"record {record.id}"
    return Written(record, holder, address, subject, text.replace("\r\n", "\n").rstrip() + "\n", key)


def owner_of(holder: Any) -> Any:
    """The record that a field belongs to, which may be kept beside it by an extension."""
    return holder if isinstance(holder, Model) else holder.owner


def wants_none(holder: Any) -> bool:
    """Whether somebody wants no mailings."""
    name = opt_out(type(holder))
    return bool(name and getattr(holder, name))


@contextmanager
def speaking_to(holder: Any, draft: Draft) -> Iterator[None]:
    """Within, words, amounts and dates come as the receiver reads them."""
    kind: Any = type(holder)
    own = getattr(holder, "language", None) if "language" in fields_of(kind) else None
    is_known = own in LANGUAGES and own != draft.language
    spoken = speak(str(own), None, "") if is_known else speak(draft.language, None, draft.region)
    try:
        yield
    finally:
        fall_silent(spoken)


def spoken_now() -> dict[str, str]:
    """The language and the way of writing numbers of whoever writes."""
    return {"language": current_language(), "region": current_region()}


class LetterTexts:
    """Values as plain words; a date always says its year, as nobody knows when a letter is read."""

    def __init__(self, session: Session) -> None:
        self.session, self.texts = session, Texts(session)
        self.texts.formats = formats(0, actor(session).zone)

    def at(self, looking: Looking, path: str) -> str:
        """What a path leads to; nothing where a relation on the way is empty."""
        found = looking.at(path)
        return self.said(found[1], found[0]) if found is not None else ""

    def said(self, field: Field, record: Any) -> str:
        """One field in words."""
        if (
            field.kind in ("relation", "tags")
            and field.target is not None
            and not rights(self.session, field.target).may("read")
        ):
            return ""
        value = getattr(record, field.name if field.related else field.key)
        if value is None:
            return ""
        if field.kind == "relation":
            return str(value.title) if field.related else ""
        if field.kind == "tags":
            return ", ".join(str(each.title) for each in value)
        if field.kind == "choice":
            return field.label_of(value)
        if field.kind == "boolean":
            return str(_("yes") if value else _("no"))
        return self.texts.plain(field.kind, value)
