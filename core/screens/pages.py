"""What every page does alike: rendered whole or as its main block, and a change that is committed whole or not at all."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import is_repeatable

T = TypeVar("T")
TRIES = 6


def render(template: str, status: int = 200, **values: Any) -> Response:
    """The whole page; only its block `main` when htmx asks for a part."""
    page = current_app.jinja_env.get_template(template)
    current_app.update_template_context(values)
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    answer = make_response(main_block(page, values) if part else page.render(values), status)
    answer.vary.add("HX-Request")
    return answer


def part(template: str, **values: Any) -> Markup:
    """A template by itself, as markup for a page around it."""
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704 (the template escapes)


def main_block(page: Any, values: dict[str, Any]) -> str:
    """The block `main` of a page that extends another."""
    return blocks(page, values, "main")["main"]


def drawn_blocks(template: str, names: Sequence[str], values: Mapping[str, Any]) -> dict[str, Markup]:
    """Some blocks of a page, as markup to be kept."""
    page, given = current_app.jinja_env.get_template(template), dict(values)
    current_app.update_template_context(given)
    return {name: Markup(text) for name, text in blocks(page, given, *names).items()}  # noqa: S704 (the template escapes)


def blocks(page: Any, values: dict[str, Any], *names: str) -> dict[str, str]:
    """Some blocks of a page that extends another.

    The template is run up to its first output, which gives the blocks what is imported above them.
    """
    context = page.new_context(values)
    run = page.root_render_func(context)
    next(run, None)
    run.close()
    return {name: "".join(context.blocks[name][0](context)) for name in names}


def committed(work: Callable[[Session], T]) -> T:
    """Do a piece of work in the request's session and commit it; nothing of it is left if it is refused.

    It is repeated when the database asks for that (deadlock, serialization), so it must fetch what it works on.
    """
    session: Session = g.session
    for left in reversed(range(TRIES)):
        try:
            result = work(session)
            session.commit()
            return result
        except DBAPIError as error:
            session.rollback()
            if not is_repeatable(error) or not left:
                raise
        except BaseException:
            session.rollback()
            raise
        time.sleep(random.uniform(0, 0.002 * 2 ** (TRIES - left)))
    raise AssertionError("unreachable")


def wants_json() -> bool:
    """Whether the answer is for a program."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def open_to_strangers(view: T) -> T:
    """Let a page be asked for without a login; every other page sends strangers to the door."""
    view.open_to_strangers = True  # type: ignore[attr-defined]
    return view
