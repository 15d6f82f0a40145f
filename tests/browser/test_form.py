"""What a form does in a browser: records made from its boxes, files dropped and looked at, faults that are found."""

from playwright.sync_api import Page, expect

from tests.browser.desk import Served

PDF = {"name": "offer.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DROP = """async ([target, dot]) => {
  const bytes = Uint8Array.from(atob(dot), letter => letter.charCodeAt(0))
  const data = new DataTransfer()
  data.items.add(new File([bytes], 'photo.png', { type: 'image/png' }))
  const options = { dataTransfer: data, bubbles: true, cancelable: true }
  for (const kind of ['dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, options))
}"""


def test_a_customer_is_made_from_the_invoice_that_needs_him(served: Served, logged_in: Page) -> None:
    page = logged_in
    page.goto(served.to("/erp_invoicing/invoice/new"))
    page.locator("#reference").fill("typed before")
    box = page.locator("#contact-ts-control")
    box.press_sequentially("Zulema Paz")
    page.get_by_text("Create “Zulema Paz”…").wait_for()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="New contact")
    expect(dialog.get_by_label("Name", exact=False).first).to_have_value("Zulema Paz")
    dialog.get_by_label("Phone").fill("none")
    page.keyboard.press("Control+s")
    expect(dialog.get_by_role("link", name="has no digits")).to_be_visible()
    expect(dialog.get_by_label("Phone")).to_be_focused()
    dialog.get_by_label("Phone").fill("11 4000")
    page.keyboard.press("Control+s")
    expect(dialog).to_have_count(0)
    expect(page.locator(".ts-wrapper .item").first).to_have_text("Zulema Paz")
    expect(page.locator("#reference")).to_have_value("typed before")
    page.keyboard.press("Control+ ")
    expect(page.get_by_role("dialog", name="Zulema Paz").get_by_label("Phone")).to_have_value("11 4000")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a line").click()
    page.locator("#lines-0-description").fill("Chair")
    page.locator("#lines-0-quantity").fill("many")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#lines-0-quantity")).to_be_focused()
    expect(page.locator("#form-errors a[href='#lines-0-quantity']")).to_be_visible()


def test_files_are_dropped_picked_refused_and_looked_at(served: Served, logged_in: Page) -> None:
    page = logged_in
    page.goto(served.to("/crm_contacts/contact/3?panel=notes"))
    page.locator("#papers-text").fill("half a note")
    page.locator("[data-papers]").evaluate(f"(target, dot) => ({DROP})([target, dot])", DOT)
    expect(page.locator(".t-picture img")).to_be_visible()
    expect(page.locator("#papers-text")).to_have_value("half a note")
    page.locator("[data-papers-pick]").set_input_files(
        [PDF, {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x"}]
    )
    expect(page.locator(".t-event", has_text="offer.pdf")).to_be_visible()
    page.locator(".t-event a", has_text="photo.png").click()
    expect(page.locator("[data-look] img")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#papers-text").press("Control+Enter")
    expect(page.locator(".t-note-text")).to_have_text("half a note")
    page.locator(".t-event", has_text="photo.png").get_by_role("button").click()
    page.get_by_role("menuitem", name="Remove").locator("visible=true").click()
    page.get_by_text("Removed (1)").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.locator(".t-picture img")).to_be_visible()
