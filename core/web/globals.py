"""What a request has at hand: `g.session`, `g.user`; each is opened when it is first asked for."""

from typing import Any

from flask import current_app, has_request_context, request
from flask.ctx import _AppCtxGlobals
from sqlalchemy.orm import Session

from core.access.current import CurrentUser, load_actor, load_key
from core.access.guard import UserSession
from core.access.passwords import digest
from core.db import Database
from core.errors import Denied
from core.i18n import _
from core.registry.state import read_generation
from core.screens.fields.formats import Formats, formats

READING = {"GET", "HEAD", "OPTIONS"}
MISSING: Any = object()
SERVED = "tandem.generation"  # in the environ: the generation of the app that serves the request


class Moved(BaseException):
    """The addons were changed after the serving app was built; the site serves this request by the next app."""


class RequestGlobals(_AppCtxGlobals):
    """Flask's `g`, with the user and the guarded session of the request. A request that needs neither opens nothing."""

    @property
    def database(self) -> Database:
        """The installation's database."""
        found: Database = current_app.extensions["tandem_kernel"].database
        return found

    @property
    def user(self) -> CurrentUser | None:
        """Whoever sends the request, by the token of the browser's session or the key of a program; None if nobody."""
        if self.__dict__.get("_user", MISSING) is MISSING:
            self.__dict__["_user"] = self._identified()
        found: CurrentUser | None = self.__dict__["_user"]
        return found

    def _identified(self) -> CurrentUser | None:
        """Asked for before anything else of a request is done, so that an older app can still hand it on."""
        if not has_request_context():
            return None
        found, generation = self._sender()
        if request.environ.get(SERVED, generation) != generation:
            raise Moved
        if found is not None and found.session_id is not None:
            current_app.extensions["tandem_kernel"].seen.note(found.session_id)
        return found

    def _sender(self) -> tuple[CurrentUser | None, int | None]:
        """The user and the generation, in one statement; of a stranger whom a site serves, the generation alone."""
        from core.web.login import session_token

        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        token = None if scheme.lower() == "bearer" else session_token()
        if scheme.lower() != "bearer" and not token:
            return None, read_generation(self.database.engine) if SERVED in request.environ else None
        with self.database.reader.connect() as connection:
            return load_actor(connection, digest(token)) if token else load_key(connection, key.strip())

    @property
    def via(self) -> str:
        """`api` for requests to the API, `web` for all others."""
        return "api" if has_request_context() and request.path.startswith("/api/") else "web"

    @property
    def session(self) -> Session:
        """The user's guarded session: it reads in GET requests, else it is one write transaction. Denied without a user."""
        found: Session | None = self.__dict__.get("_session")
        if found is None:
            user = self.user
            if user is None:
                raise Denied(_("Log in first"))
            writes = request.method not in READING
            found = self.__dict__["_session"] = self.database.open(UserSession, writes=writes, **self.info(user))
        return found

    def info(self, user: CurrentUser) -> dict[str, Any]:
        """What the session of a user carries."""
        composition = current_app.extensions["tandem"]
        return user.info() | {
            "policy": composition.permissions.policy(user.roles),
            "switchboard": composition.switchboard,
            "composition": composition,
            "via": self.via,
        }

    @property
    def formats(self) -> Formats:
        """How the reader's language writes amounts and dates."""
        found: Formats | None = self.__dict__.get("_formats")
        if found is None:
            from core.db import now

            zone = self.user.zone if self.user else "UTC"
            found = self.__dict__["_formats"] = formats(now().year, zone)
        return found


def close_session(error: BaseException | None = None) -> None:
    """Give the request's connection back; what was not committed is gone."""
    from flask import g

    session: Session | None = g.__dict__.get("_session")
    if session is not None:
        session.close()
