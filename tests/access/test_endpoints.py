"""Every address of every addon and method: closed to strangers, closed to users without a role, closed to forged posts."""

from collections.abc import Callable, Iterator

import pytest
from werkzeug.routing import Rule

from core.testing.browser import Browser
from core.testing.tandem import Tandem, known

#: Open to everybody, each for a reason.
OPEN = {
    "/login": "the door",
    "/login/code": "the door's second step",
    "/login/forgotten": "whoever forgot his password cannot log in",
    "/login/new-password/<token>": "one comes with a secret address",
    "/healthz": "asked by whatever watches the process",
    "/readyz": "asked by whatever watches the process",
    "/metrics": "on loopback or with a key",
    "/manifest.webmanifest": "a browser asks before anybody has logged in; it says nothing of the business",
    "/sw.js": "the same",
    "/offline": "the same",
    "/crm_agenda/feed/<token>.ics": "calendar programs come with a secret address",
}
NUMBER = 1
#: Open to whoever has logged in, whatever his roles.
OWN = (
    "/",
    "/settings/",
    "/logout",
    "/preferences",
    "/company",
    "/find",
    "/find/seen",
    "/day/add",
    "/day/arrange",
    "/day/order",
    "/day/reset",
    "/day/widgets/<int:key>",
    "/welcome/steps",
    "/api/v1/find",
    "/reports/",
    "/imports/",
    "/exports/",
    "/acts/",
    "/trash/",
    "/trash/empty",
    "/api/v1/docs",
    "/api/v1/trash",
    "/api/v1/openapi.json",
)
SAFE = ("GET", "HEAD", "OPTIONS")


@pytest.fixture
def site(tandem: Callable[..., Tandem]) -> Tandem:
    """All addons, and a user without a role."""
    made = tandem(*sorted(known().addons))
    made.add_user("nobody")
    return made


def addresses(site: Tandem) -> Iterator[tuple[str, str, Rule]]:
    """(method, an address, its rule) of all that is not open to everybody."""
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if rule.rule in OPEN:
            continue
        values = {name: getattr(kept, "items", {"x"}) for name, kept in rule._converters.items()}
        filled = {name: NUMBER if "int:" + name in rule.rule else sorted(each)[0] for name, each in values.items()}
        for more in variants(site, rule.rule):
            for method in sorted({*(rule.methods or ())} - {"HEAD", "OPTIONS"}):
                yield method, adapter.build(rule.endpoint, {n: (filled | more)[n] for n in filled}, method=method), rule


def variants(site: Tandem, rule: str) -> list[dict[str, str]]:
    """Names that a rule's places really take."""
    if "<string:addon>" in rule and "<string:name>" in rule:
        return [{"addon": addon, "name": name} for addon, name in site.composition.parts["reports"]]
    if "<string:slug>" in rule:
        return [{"addon": addon, "slug": slug, "operation": "post"} for addon, slug in site.composition.parts["by_slug"]]
    return [{"role": "admin", "name": "crm_contacts"}]


def is_everyones(site: Tandem, method: str, url: str) -> bool:
    """Whether an address is about records that everybody sees (colleagues, his companies) or keeps (saved views)."""
    place = tuple(url.removeprefix("/api/v1").split("/")[1:3])
    model = site.composition.parts["by_slug"].get(place)
    operation = {"GET": "read", "POST": "create"}.get(method)
    return bool(operation and model is not None and site.composition.permissions.policy([]).may(model, operation))


def test_the_list_of_open_addresses_names_only_what_there_is(site: Tandem) -> None:
    assert {rule.rule for rule in site.app.url_map.iter_rules()} >= set(OPEN)


def test_strangers_meet_a_closed_door_everywhere(site: Tandem) -> None:
    stranger = Browser(site.app, None)
    tried = 0
    for method, url, _rule in addresses(site):
        answer = stranger.client.open(url, method=method, headers={"X-CSRFToken": stranger.token})
        assert answer.status_code in (302, 401), f"{method} {url}: {answer.status_code}"
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/login"), f"{method} {url}"
        tried += 1
    assert tried > 500


def test_without_a_role_nothing_but_ones_own(site: Tandem) -> None:
    nobody = site.client("nobody")
    for method, url, rule in addresses(site):
        if rule.rule in OWN or rule.rule.startswith("/profile") or is_everyones(site, method, url):
            continue
        answer = nobody.client.open(url, method=method, headers={"X-CSRFToken": nobody.token})
        assert answer.status_code in (403, 404, 405), f"{method} {url}: {answer.status_code} {answer.text[:300]}"


def test_a_post_without_the_token_of_a_page_changes_nothing(site: Tandem) -> None:
    admin = site.client("admin")
    for method, url, _rule in addresses(site):
        if method not in SAFE:
            answer = admin.client.open(url, method=method)
            assert answer.status_code in (400, 403), f"{method} {url}: {answer.status_code}"
