"""What a search finds: hits in groups, as a page draws them and as JSON says them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Hit:
    """A record, a page or something to do; `parts` are its text in pieces, each with whether it was asked for."""

    text: str
    url: str
    icon: str
    score: float = 0.0
    note: str = ""
    end: str = ""
    mark: str = ""
    id: int = 0
    model: str = ""
    then: str = ""
    words: str = ""
    meant: tuple[str, ...] = ()
    parts: list[tuple[str, bool]] = field(default_factory=list)
    note_parts: list[tuple[str, bool]] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """For the palette and for programs."""
        names = ("text", "url", "icon", "note", "end", "mark", "id", "model", "then", "parts", "note_parts")
        return {name: getattr(self, name) for name in names}


@dataclass
class Group:
    """The hits of one kind, best first; `count` also tells of those that are not shown."""

    name: str
    label: str
    icon: str
    items: list[Hit] = field(default_factory=list)
    count: str = ""

    @property
    def best(self) -> float:
        """The score of its best hit."""
        return max((hit.score for hit in self.items), default=0.0)

    def json(self) -> dict[str, Any]:
        """For the palette and for programs."""
        items = [hit.json() for hit in self.items]
        return {"name": self.name, "label": self.label, "icon": self.icon, "count": self.count, "items": items}
