"""What the page of an import shows of its file: the columns with what they fill, and the fields that most rows have."""

from collections.abc import Iterable, Sequence

from core.importing.models import Import, ImportRow

SHOWN_FIELDS = 7


def columns_of(made: Import) -> list[tuple[str, str]]:
    """Each head with the field that its column fills, or nothing."""
    fills = {at: name for name, places in made.about.get("columns", {}).items() for at in places}
    return [(str(head or ""), fills.get(at, "")) for at, head in enumerate(made.about.get("header", []))]


def shown_fields(fields: Iterable[str], rows: Sequence[ImportRow]) -> list[str]:
    """The fields that most of these rows have, in the order of the model."""
    counted = {name: sum(name in row.file for row in rows) for name in fields}
    most = sorted((n for n in counted if counted[n]), key=lambda n: -counted[n])[:SHOWN_FIELDS]
    return [name for name in counted if name in most]
