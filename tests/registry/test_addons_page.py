"""The addons page: a plan before anything happens, three changes, and every refusal with its reasons."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import inspect

from core.registry.state import read_state
from core.testing.browser import Browser
from core.testing.tandem import Tandem
from core.web.site import Site
from tests.registry.samples import bare, new_name, sample

PAGE = "/settings/addons/"


class Face:
    """A site that looks like its newest app, so that Flask's test client can talk to it."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """As a server does: the answer is read, then closed."""
        answer: Any = self.site(environ, start_response)
        body = list(answer)
        answer.close()
        return body

    def __getattr__(self, name: str) -> Any:
        return getattr(self.site.app, name)


@pytest.fixture
def lab(tandem: Callable[..., Tandem], tmp_path: Path) -> Iterator[tuple[Browser, Tandem, str, str]]:
    """A browser of a site that sees the addons of a folder: one that stands on another."""
    installation = tandem()
    kernel = installation.kernel
    base, top = new_name("base"), new_name("top")
    sample(tmp_path, base)
    sample(tmp_path, top, f"depends: ['{base}>=0.1']\n")
    kernel.checkout, kernel.installed = tmp_path, False
    site = Site(kernel)
    browser = Browser(site.app, "admin")
    browser.client.application = Face(site)  # type: ignore[assignment]
    yield browser, installation, base, top
    site.close()


def shown(browser: Browser, url: str = PAGE) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_steps_of_enabling_are_told_as_they_are_done(lab: tuple[Browser, Tandem, str, str], tmp_path: Path) -> None:
    browser, tandem, base, top = lab
    lines = {"Accept": "application/x-ndjson"}
    told = [orjson.loads(line) for line in browser.post(f"{PAGE}{top}/enable", headers=lines).text.splitlines()]
    steps, last = [line for line in told if line.get("total")], told[-1]
    assert [step["done"] for step in steps] == list(range(steps[-1]["total"])), told
    assert any("tables" in step["text"] for step in steps)
    assert set(read_state(tandem.database).enabled) == {base, top}
    assert "Enabled:" in shown(browser, last["url"])
    again = [orjson.loads(line) for line in browser.post(f"{PAGE}{top}/enable", headers=lines).text.splitlines()]
    assert "enabled already" in again[-1]["error"]


def test_the_life_of_two_addons(lab: tuple[Browser, Tandem, str, str]) -> None:
    browser, tandem, base, top = lab
    assert f"{PAGE}{top}/enable#plan" in shown(browser)
    plan = shown(browser, f"{PAGE}{top}/enable")
    assert "will be enabled too" in plan
    assert "2 new tables" in plan
    assert "2 roles, given to nobody" in plan
    assert read_state(tandem.database).installed == {}

    assert browser.post(f"{PAGE}{top}/enable").status_code == 302
    assert read_state(tandem.database).enabled == (base, top)
    assert f"{PAGE}{top}/disable#plan" in shown(browser)
    assert browser.get(f"/{top}/").status_code == 404
    screens = [f"/{name}/{tandem.kernel.addons[name].manifest.views[0]}/" for name in (base, top)]
    assert [browser.get(url).status_code for url in screens] == [200, 200]

    assert "1 addons need it and go off too" in shown(browser, f"{PAGE}{base}/disable")
    alone = browser.post(f"{PAGE}{base}/disable")
    assert alone.status_code == 409
    assert f"{base} is needed by {top}" in alone.text
    assert browser.post(f"{PAGE}{base}/disable", data={"cascade": "1"}).status_code == 302
    assert read_state(tandem.database).enabled == ()
    assert [browser.get(url).status_code for url in screens] == [404, 404]

    assert "0 rows" in shown(browser, f"{PAGE}{top}/uninstall")
    assert browser.post(f"{PAGE}{top}/uninstall", data={"confirmed": "yes"}).status_code == 422
    assert read_state(tandem.database).installed.keys() == {base, top}
    assert "Uninstall these first" in shown(browser, f"{PAGE}{base}/uninstall")
    assert browser.post(f"{PAGE}{base}/uninstall", data={"confirmed": base}).status_code == 409
    for name in (top, base):
        assert browser.post(f"{PAGE}{name}/uninstall", data={"confirmed": name}).status_code == 302
    left = [table for table in inspect(tandem.database.engine).get_table_names() if "lab_" in table]
    assert left == []


@pytest.mark.parametrize("kind", ["sqlite"])
def test_what_does_not_load_is_shown_with_its_line(lab: tuple[Browser, Tandem, str, str], tmp_path: Path) -> None:
    browser, tandem, _base, top = lab
    wrong, poison = new_name("wrong"), new_name("poison")
    bare(tmp_path, wrong, "depnds: []\n")
    relation = 'others = relationship("NoSuchClass")'
    folder = sample(tmp_path, poison)
    text = (
        (folder / "models.py")
        .read_text()
        .replace("import Mapped, mapped_column", "import Mapped, mapped_column, relationship")
    )
    (folder / "models.py").write_text(f"{text}    {relation}\n")
    page = shown(browser)
    assert "manifest.yaml:4:1: unknown key &#39;depnds&#39;; did you mean &#39;depends&#39;?" in page
    assert f"{PAGE}{wrong}/enable" not in page
    plan = shown(browser, f"{PAGE}{poison}/enable")
    assert "NoSuchClass" in plan
    assert browser.post(f"{PAGE}{poison}/enable").status_code == 422
    assert read_state(tandem.database).installed == {}
    assert browser.post(f"{PAGE}{top}/enable").status_code == 302, "the refused one harms nobody"


@pytest.mark.parametrize("kind", ["sqlite"])
def test_only_administrators(lab: tuple[Browser, Tandem, str, str]) -> None:
    _admin, tandem, base, _top = lab
    browser = Browser(_admin.app, tandem.add_user("ana"))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(f"{PAGE}{base}/enable").status_code == 403
    assert read_state(tandem.database).installed == {}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_unknown_names(lab: tuple[Browser, Tandem, str, str]) -> None:
    browser, *_rest = lab
    assert browser.get(f"{PAGE}crm_nothing/enable").status_code == 404
    assert browser.get(f"{PAGE}crm_nothing/disable").status_code == 404
    assert browser.post(f"{PAGE}crm_nothing/uninstall", data={"confirmed": "crm_nothing"}).status_code == 409
