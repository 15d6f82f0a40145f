"""A program that speaks to the API."""

from typing import Any

import orjson

from tests.screens.booth import Booth

BASE = "/api/v1"


class Client:
    """A program with a key."""

    def __init__(self, stand: Booth, login: str | None) -> None:
        self.client = stand.app.test_client()
        self.headers = stand.key(login) if login else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"headers": {**self.headers, **named}}
        if body is not None:
            options |= {"data": orjson.dumps(body), "content_type": "application/json"}
        return self.client.open(f"{BASE}{path}", method=method, **options)


def a_bill(**more: Any) -> dict[str, Any]:
    """A bill of two lines."""
    lines = [
        {"good": {"code": "CHA"}, "description": "Chair, oak", "quantity": "6", "price": "48500", "discount": "10"},
        {"good": {"code": "LAM"}, "description": "Lamp", "quantity": "9", "price": "12345.67", "discount": "7.5"},
    ]
    return {"guest": 1, "date": "2026-03-13", "lines": lines, **more}


def problem(answer: Any, status: int) -> dict[str, str]:
    """The faults by field of a refusal, which is a problem document."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    told = answer.json
    assert told["status"] == status
    assert told["title"]
    return {fault["field"]: fault["message"] for fault in told["errors"]}
