"""Files of records over HTTP."""

from io import BytesIO
from typing import Any

from tests.api.client import BASE, Client, problem

PDF = b"%PDF-1.7\n%%EOF"
FILES = "/fair/guest/1/attachments"


def put(client: Client, path: str, **files: bytes) -> Any:
    """Send files as the parts of a form."""
    data = {"file": [(BytesIO(content), name.replace("_", ".")) for name, content in files.items()]}
    return client.client.post(f"{BASE}{path}", data=data, headers=client.headers, content_type="multipart/form-data")


def test_files_are_added_listed_fetched_renamed_and_removed(clerk: Client) -> None:
    answer = put(clerk, FILES, offer_pdf=PDF, notes_txt=b"hello")
    assert answer.status_code == 201
    assert [(each["name"], each["size"], each["via"]) for each in answer.json["items"]] == [
        ("offer.pdf", 14, "api"),
        ("notes.txt", 5, "api"),
    ]
    raw = clerk.client.post(f"{BASE}{FILES}?name=raw.pdf", data=PDF, headers=clerk.headers, content_type="application/pdf")
    assert raw.json["items"][0]["sha256"] == answer.json["items"][0]["sha256"]
    assert clerk.client.get(raw.headers["Location"], headers=clerk.headers).data == PDF
    assert clerk("PATCH", f"{FILES}/1", {"name": "contract.pdf"}).json["name"] == "contract.pdf"
    assert "file" in problem(clerk("PATCH", f"{FILES}/1", {"name": "contract.png"}), 422)
    assert clerk("DELETE", f"{FILES}/2").status_code == 204
    assert [each["name"] for each in clerk("GET", FILES).json["items"]] == ["raw.pdf", "contract.pdf"]


def test_files_are_as_open_as_their_record(admin: Client, clerk: Client) -> None:
    assert put(admin, "/fair/guest/2/attachments", a_pdf=PDF).status_code == 201
    hidden = "/fair/guest/2/attachments"
    assert put(clerk, hidden, b_pdf=PDF).status_code == 404
    for method, path in (("GET", hidden), ("GET", f"{hidden}/1"), ("PATCH", f"{hidden}/1"), ("DELETE", f"{hidden}/1")):
        assert clerk(method, path, {"name": "x.pdf"} if method == "PATCH" else None).status_code == 404
    assert clerk("GET", f"{FILES}/1").status_code == 404
    assert problem(put(admin, FILES, run_exe=b"MZ"), 422)["file"]
