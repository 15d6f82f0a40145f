"""vCard 2.1, 3.0 and 4.0 as rows of a table, one row a card; what programs really write, not only what the standards say."""

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.importing.texts import decode

Row = list[Any]
Parts = list[str]
CARD_FIELDS = (
    "kind",
    "name",
    "company",
    "job_title",
    "email",
    "phone",
    "mobile",
    "street",
    "city",
    "state",
    "postcode",
    "country",
    "website",
    "birthday",
    "language",
    "notes",
    "tags",
    "other_emails",
    "other_phones",
)
NO_VOICE = re.compile("fax|pager|telex|modem|bbs|isdn")
LINE = re.compile(r"((?:[\w-]+\.)?)([A-Za-z][\w-]*)((?:;(?:\"[^\"]*\"|[^\":])*)?):(.*)", re.DOTALL)
AGENT = re.compile(r"agent[^:]*:\s*", re.IGNORECASE)
LABELS = {
    "mobile": "cell",
    "iphone": "cell",
    "cell": "cell",
    "work": "work",
    "main": "pref",
    "workfax": "fax",
    "homefax": "fax",
}
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Property:
    """One line of a card: its words and parameters, and its value in clear."""

    value: str
    words: set[str] = field(default_factory=set)
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The value without escapes."""
        return unescaped(self.value).strip()

    def parts(self) -> Parts:
        """The components of a structured value; lists within are joined."""
        return [unescaped(part).strip() for part in re.split(r"(?<!\\);", self.value)]

    @property
    def is_preferred(self) -> bool:
        """Whether the card says so."""
        return "pref" in self.words or self.parameters.get("PREF", "") not in ("", "0")


Card = dict[str, list[Property]]


def card_rows(text: str) -> Iterator[Row]:
    """A row for each card; one that says neither a name nor anything else leaves a row that tells so."""
    yield [*CARD_FIELDS, "unreadable"]
    for lines in cards_in(text):
        card = properties(lines)
        if first(card, "KIND").casefold() == "group":
            yield [*[""] * len(CARD_FIELDS), "it is a group, whose members have cards of their own"]
            continue
        found = fields_of_card(card)
        yield [*(found.get(name, "") for name in CARD_FIELDS), "" if any(found.values()) else "it says nothing"]


def cards_in(text: str) -> Iterator[list[str]]:
    """The lines of each card; cards within a card (the AGENT of 2.1) are left out."""
    depth, lines = 0, list[str]()
    for line in re.split(r"\r\n|\r|\n", text):
        word = line.strip("\ufeff \t").casefold()
        if word == "begin:vcard" and depth and not (lines and AGENT.fullmatch(lines[-1])):
            yield lines  # a card whose end is missing
            depth, lines = 1, []
        elif word == "begin:vcard" or (depth and re.fullmatch(r"agent[^:]*:\s*begin:vcard", word)):
            depth += 1
        elif word == "end:vcard" and depth:
            depth -= 1
            if not depth:
                yield lines
                lines = []
        elif depth == 1 and (word or (lines and lines[-1].endswith("="))):
            lines.append(line)
    if depth == 1 and lines:
        yield lines


def card_text(data: bytes, encoding: str) -> str:
    """The text of a file whose lines may each have an encoding of their own, said by CHARSET; else UTF-8 or `encoding`."""
    said, lines = "", list[str]()
    for line in data.split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            head = line.partition(b":")[0].decode("ascii", "replace")
            found = re.search(r';\s*charset="?([\w.:-]+)', head, re.IGNORECASE)
            said = known_charset(found[1]) if found and not is_quoted(head) else ""
        try:
            lines.append(line.decode(said or "utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode(encoding, "replace"))
    return "\n".join(lines)


def properties(lines: list[str]) -> Card:
    """The properties of a card by name: folded lines joined, quoted-printable text in clear."""
    card, grouped = Card(), dict[str, list[Property]]()
    for whole in unfolded(lines):
        if not (match := LINE.fullmatch(whole)):
            continue
        words, parameters = set[str](), dict[str, str]()
        for parameter in re.findall(r";((?:\"[^\"]*\"|[^;\"])*)", match[3]):
            name, equals, value = parameter.partition("=")
            if not equals or name.upper() == "TYPE":
                words |= {word.strip('" ').casefold() for word in (value if equals else name).replace('"', "").split(",")}
            else:
                parameters[name.upper()] = value.strip('"')
        value = match[4]
        if is_quoted(match[3]):
            raw = quopri.decodestring(value.encode("utf-8", "replace"))
            value = decode(raw, known_charset(parameters.get("CHARSET", ""))).replace("\r\n", "\n")
        made = Property(value, words, parameters)
        card.setdefault(match[2].upper(), []).append(made)
        grouped.setdefault(match[1].casefold(), []).append(made)
    for label in card.get("X-ABLABEL", []):
        told = re.sub(r"[^a-z]", "", label.text.casefold())
        for labelled in next((each for name, each in grouped.items() if name and label in each), []):
            labelled.words |= {LABELS[told]} if told in LABELS else set()
    return card


def unfolded(lines: list[str]) -> Iterator[str]:
    """Whole lines: continued by a blank at the start, or, in quoted-printable, by a `=` at the end."""
    whole = ""
    for line in lines:
        head = whole.partition(":")[0]
        if whole.endswith("=") and is_quoted(head):
            whole = whole[:-1] + line
        elif line[:1] in (" ", "\t") and whole:
            whole += line[1:]
        else:
            if whole:
                yield whole
            whole = line
    if whole:
        yield whole


def is_quoted(parameters: str) -> bool:
    """Whether a value is quoted-printable."""
    return "quoted-printable" in parameters.casefold()


def known_charset(name: str) -> str:
    """A charset that Python knows, else none, which lets the bytes speak."""
    try:
        "".encode(name or "utf-8")
    except LookupError:
        return ""
    return name


def fields_of_card(card: Card) -> dict[str, str]:
    """The fields of a contact: the preferred or business one of several, the others told apart."""
    written = [p.text.removeprefix("mailto:") for p in ordered(card.get("EMAIL", []))]
    emails = [email for email in written if "@" in email]
    notes = [p.text for p in card.get("NOTE", [])] + [f"E-mail: {e}" for e in written if e and e not in emails]
    voices = [p for p in ordered(card.get("TEL", [])) if not NO_VOICE.search(" ".join(p.words))]
    mobiles = [phone_of(p) for p in voices if "cell" in p.words]
    phones = [phone_of(p) for p in voices if "cell" not in p.words]
    org = card["ORG"][0].parts()[0] if "ORG" in card else ""
    found = {
        "kind": kind_of(card),
        "name": name_of(card),
        "company": org,
        "job_title": first(card, "TITLE"),
        "email": next(iter(emails), ""),
        "phone": next(iter(phones), ""),
        "mobile": next(iter(mobiles), ""),
        "website": next((p.text for p in ordered(card.get("URL", []))), ""),
        "birthday": first(card, "BDAY"),
        "language": first(card, "LANG"),
        "notes": "\n\n".join(notes),
        "tags": ", ".join(p.text for p in card.get("CATEGORIES", [])),
        "other_emails": "\n".join(emails[1:]),
        "other_phones": "\n".join([*phones[1:], *mobiles[1:]]),
    }
    return found | address_of(card)


def ordered(several: list[Property]) -> list[Property]:
    """The preferred one first, then those of work."""
    return sorted(several, key=lambda p: (not p.is_preferred, "work" not in p.words))


def first(card: Card, name: str) -> str:
    """The text of the first property of a name."""
    return card[name][0].text if name in card else ""


def kind_of(card: Card) -> str:
    """`company` where the card says that it is one."""
    shown = [name for name in card if "ABSHOWAS" in name]
    says = first(card, "KIND").casefold() in ("org", "organization") or any(first(card, n) == "COMPANY" for n in shown)
    return "company" if says else ""


def name_of(card: Card) -> str:
    """The formatted name, else the given, further and family names."""
    if name := first(card, "FN"):
        return name
    parts = [*(card["N"][0].parts() if "N" in card else []), "", "", ""]
    return " ".join(filter(None, (parts[1], parts[2], parts[0]))) or first(card, "NICKNAME")


def phone_of(telephone: Property) -> str:
    """The number without scheme; its extension behind it."""
    number, _, more = telephone.text.removeprefix("tel:").partition(";")
    extension = re.search(r"ext=(\d+)", more)
    return f"{number} ext. {extension[1]}" if extension else number


def address_of(card: Card) -> dict[str, str]:
    """The fields of the preferred address, or that of work."""
    addresses = sorted(card.get("ADR", []), key=lambda p: ("work" not in p.words, not p.is_preferred))
    if not addresses:
        return {}
    parts = [*addresses[0].parts(), *[""] * 7]
    street = ", ".join(filter(None, (" ".join(parts[2].split("\n")), parts[1])))
    return {"street": street, "city": parts[3], "state": parts[4], "postcode": parts[5], "country": parts[6]}


def unescaped(text: str) -> str:
    """A value without the backslashes of the format."""
    return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text)
