"""The third face: a person in front of a browser, who clicks, types what things are called, and reads pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from core.screens.fields.field import fields_of
from tests.browser.desk import settled
from tests.story.faces import Operations, Refusal, plain
from tests.story.open_shop import Shop

ZONE = ZoneInfo("America/Argentina/Buenos_Aires")
RECORD = re.compile(r"/(\d+)(?:[?#].*)?$")


class Person:
    """Writes by the pages alone; what a person knows by heart (which record is meant by a key) is read from inside."""

    def __init__(self, shop: Shop, page: Page) -> None:
        self.shop, self.page = shop, page
        self.memory = Operations(shop.tandem)

    def make(self, model: str, **values: Any) -> int:
        self.live(values)
        self.open(f"/{model.replace('.', '/')}/")
        self.page.locator("main a[href$='/new']").first.click()
        self.fill(model, plain(values))
        return self.save()

    def change(self, model: str, key: int, **values: Any) -> None:
        self.open(f"/{model.replace('.', '/')}/{key}?panel=details")
        self.fill(model, plain(values))
        self.save()

    def do(self, model: str, key: int, verb: str, **arguments: Any) -> int | None:
        self.live(arguments)
        self.open(f"/{model.replace('.', '/')}/{key}")
        asks = self.press(verb)
        if asks:
            self.answer(plain(arguments))
        return self.arrived()

    def get(self, model: str, key: int) -> dict[str, Any]:
        return self.memory.get(model, key)

    def find(self, model: str, *where: Sequence[Any]) -> list[dict[str, Any]]:
        return self.memory.find(model, *where)

    # with the hands

    def open(self, path: str) -> None:
        """Go to a page and wait until it can be used."""
        self.page.goto(self.shop.served.to(path))
        settled(self.page)

    def live(self, values: Mapping[str, Any]) -> None:
        """What is dated is done on its day."""
        if day := values.get("date"):
            self.shop.turn_to(str(day))

    def press(self, verb: str) -> bool:
        """Press the button of a verb, in the head or in its menu; whether a page asks more."""
        asking = self.page.locator(f"main a[href$='/{verb}']")
        acting = self.page.locator(f"main form[action$='/{verb}'] button")
        button = asking.or_(acting)
        if not button.locator("visible=true").count():
            self.page.get_by_role("button", name="More").click()
        button = button.locator("visible=true").first
        asks = button.evaluate("node => node.tagName === 'A'")
        button.click()
        self.page.wait_for_load_state()
        settled(self.page)
        return bool(asks)

    def answer(self, arguments: Mapping[str, Any]) -> None:
        """Fill in what a verb asks and do it."""
        form = self.page.locator("form#verb")
        for name, value in arguments.items():
            if isinstance(value, list):
                self.quantities(form, name, value)
            else:
                self.enter(form.locator(f"[data-field='{name}']"), value)
        form.locator("button[type=submit].t-button-main").click()

    def quantities(self, form: Locator, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """So many of some lines, which stand there already; none of the others."""
        wanted = {str(row["line"]): row["quantity"] for row in rows}
        for row in form.locator(f"[data-lines='{name}'] tr[data-line]").all():
            key = row.locator("input[name$='-line']").input_value()
            row.locator("[data-column='quantity'] input").fill(wanted.get(key, "0"))

    def fill(self, model: str, values: Mapping[str, Any]) -> None:
        """Type the values into the form of a record."""
        settled(self.page)
        form = self.page.locator("form#record")
        kind = self.memory._model(model)
        for name, value in values.items():
            field = fields_of(kind).get(name)
            if isinstance(value, list):
                for row in value:
                    self.line(form.locator(f"[data-lines='{name}']"), fields_of(kind)[name].target, row)
            else:
                self.enter(form.locator(f"[data-field='{name}']"), self.said(field, value))

    def line(self, table: Locator, kind: Any, values: Mapping[str, Any]) -> None:
        """Add a line and type into its cells."""
        table.locator("[data-adds-line]").click()
        row = table.locator("tr[data-line]").last
        for name, value in values.items():
            self.enter(row.locator(f"[data-column='{name}']"), self.said(fields_of(kind).get(name), value))

    def said(self, field: Any, value: Any) -> Any:
        """How a person says a value: records by what they are called, times by the clock on the wall."""
        if isinstance(value, Mapping):
            return str(value["name"])
        if field is not None and field.kind == "relation":
            with self.shop.tandem.read("admin") as session:
                return str(session.get_one(field.target, value).title)
        if field is not None and field.kind == "moment":
            return datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        return value

    def enter(self, place: Locator, value: Any) -> None:
        """Put a value into the control of a place, whatever kind of control it is."""
        box = place.locator("select[data-widget=combobox]")
        if box.count():
            self.choose(place, str(value))
        elif place.locator("select").count():
            select = place.locator("select")
            words = select.locator("option").evaluate_all("all => all.map(one => one.value)")
            select.select_option(**({"value": value} if value in words else {"label": value}))
        elif place.locator("input[type=checkbox]").count():
            place.locator("input[type=checkbox]").set_checked(bool(value))
        else:
            place.locator("input:not([type=hidden]), textarea").first.fill(str(value))

    def choose(self, place: Locator, text: str) -> None:
        """Type into a box that searches and press Enter at once, as people do who know what they want."""
        if not place.evaluate("node => node.contains(document.activeElement)"):  # a new line is ready to be typed in
            place.locator(".ts-control").click()
        box = place.locator(".ts-control input")
        box.press_sequentially(text)
        box.press("Enter")
        expect(place.locator(".ts-control .item")).to_have_text(text)

    def save(self) -> int:
        """Save the form; the key of the record."""
        self.page.locator("[data-saves]").click()
        return self.arrived()

    def arrived(self) -> int:
        """The key of the record whose page is shown now; Refusal with what the page says, if it says no."""
        self.page.wait_for_load_state()
        settled(self.page)
        alert = self.page.locator("#form-errors, .t-notice-bad").first
        if alert.count() and alert.is_visible():
            raise Refusal(422, alert.inner_text())
        found = RECORD.search(self.page.url)
        assert found, self.page.url
        return int(found[1])
