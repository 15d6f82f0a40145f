"""A test's browser: Flask's test client, logged in, with the page's token on every change."""

from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.access.login import new_session
from core.access.models import User, UserCompany
from core.access.passwords import new_token


class Browser:
    """Sends requests as a user; `get`, `post`, `patch`, `delete` as in Flask's test client."""

    def __init__(self, app: Flask, login: str | None) -> None:
        self.app, self.client = app, app.test_client()
        if login is not None:
            self._enter(login)
        with app.test_request_context():
            from flask import session
            from flask_wtf.csrf import generate_csrf

            self.token = generate_csrf()
            planted = dict(session)
        with self.client.session_transaction() as kept:
            kept.update(planted)

    def _enter(self, login: str) -> None:
        """A session row and its cookie, without the time that a password takes."""
        database, token = self.app.extensions["tandem_kernel"].database, new_token()
        with database.write() as session:
            user_id = session.scalars(select(User.id).where(User.login == login)).one()
            company = session.scalars(select(UserCompany.company_id).where(UserCompany.user_id == user_id)).first()
            session.add(new_session(user_id, token, "127.0.0.1", "test", company))
        with self.client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = token, True

    def get(self, url: str, **options: Any) -> TestResponse:
        """Look at a page."""
        return self.client.get(url, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> TestResponse:
        """Send a form or JSON, with the token in the header."""
        return self._changing("POST", url, data=data, **options)

    def patch(self, url: str, **options: Any) -> TestResponse:
        """Change by JSON."""
        return self._changing("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> TestResponse:
        """Delete."""
        return self._changing("DELETE", url, **options)

    def _changing(self, method: str, url: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {})) | {"X-CSRFToken": self.token}
        return self.client.open(url, method=method, headers=headers, **options)
