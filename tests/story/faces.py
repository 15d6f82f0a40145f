"""Two faces of Tandem that the story is told through: the records and verbs of Python, and the REST API."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from core.access.accounts import add_key
from core.errors import TandemError
from core.importing.service import model_named
from core.operations import perform
from core.screens.records.reading import load_record, read_record
from core.screens.records.writing import write_record
from core.testing.tandem import Tandem

Values = Mapping[str, Any]


class Refusal(Exception):
    """The face said no; `status` as HTTP says it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Face(Protocol):
    """What the story needs of a face."""

    def make(self, model: str, **values: Any) -> int:
        """Create a record; its key."""

    def change(self, model: str, key: int, **values: Any) -> None:
        """Change fields of a record."""

    def do(self, model: str, key: int, verb: str, **arguments: Any) -> int | None:
        """Do a verb; the key of the record it answers, if any."""

    def get(self, model: str, key: int) -> dict[str, Any]:
        """A record."""

    def find(self, model: str, *where: Sequence[Any]) -> list[dict[str, Any]]:
        """The records that match."""


def plain(value: Any) -> Any:
    """A value as JSON writes it: amounts and dates as text."""
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


class Operations:
    """The functions of Python, each step in a transaction of its own with the rights of a user."""

    def __init__(self, tandem: Tandem, login: str = "admin") -> None:
        self.tandem, self.login = tandem, login

    def _model(self, name: str) -> Any:
        return model_named(self.tandem.composition, name)

    def make(self, model: str, **values: Any) -> int:
        with self.tandem.write(self.login) as session:
            record = write_record(session, self._model(model), None, plain(values))
            session.flush()
            return int(record.id)

    def change(self, model: str, key: int, **values: Any) -> None:
        with self.tandem.write(self.login) as session:
            record = load_record(session, self._model(model), key)
            write_record(session, self._model(model), record, plain(values))

    def do(self, model: str, key: int, verb: str, **arguments: Any) -> int | None:
        kind = self._model(model)
        try:
            with self.tandem.write(self.login) as session:
                record = load_record(session, kind, key)
                answer = perform(session, self.tandem.composition.verbs(kind)[verb], record, plain(arguments))
                return getattr(answer, "id", None)
        except TandemError as error:
            raise Refusal(error.status, str(error)) from error

    def get(self, model: str, key: int) -> dict[str, Any]:
        with self.tandem.read(self.login) as session:
            return read_record(session, load_record(session, self._model(model), key))

    def find(self, model: str, *where: Sequence[Any]) -> list[dict[str, Any]]:
        from core.screens.lists.answers import list_records

        with self.tandem.read(self.login) as session:
            found = list_records(session, self._model(model), list(where), limit=1000)
            kind = self._model(model)
            return [read_record(session, load_record(session, kind, row["id"])) for row in found["items"]]


class RestApi:
    """The REST API with a key, over the app's own test client."""

    def __init__(self, tandem: Tandem, login: str = "admin") -> None:
        with tandem.write() as session:
            key = add_key(session, login, "the story")
        self.headers = {"Authorization": f"Bearer {key}"}
        self.client = tandem.app.test_client()

    def _call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        answer = self.client.open(
            f"/api/v1/{path}", method=method, json=plain(body) if body is not None else None, headers=self.headers, **options
        )
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, answer.text)
        return json.loads(answer.data) if answer.data else None

    def make(self, model: str, **values: Any) -> int:
        return int(self._call("POST", model.replace(".", "/"), values)["id"])

    def change(self, model: str, key: int, **values: Any) -> None:
        self._call("PATCH", f"{model.replace('.', '/')}/{key}", values)

    def do(self, model: str, key: int, verb: str, **arguments: Any) -> int | None:
        answer = self._call("POST", f"{model.replace('.', '/')}/{key}/{verb}", arguments)
        return (answer or {}).get("id")

    def get(self, model: str, key: int) -> dict[str, Any]:
        found: dict[str, Any] = self._call("GET", f"{model.replace('.', '/')}/{key}")
        return found

    def find(self, model: str, *where: Sequence[Any]) -> list[dict[str, Any]]:
        found = self._call("GET", model.replace(".", "/"), query_string={"where": json.dumps(list(where)), "limit": 1000})
        return [self.get(model, row["id"]) for row in found["items"]]
