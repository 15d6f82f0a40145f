"""Notes and files of every record: who may, what is taken, how it is sent back, and what is swept."""

import os
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.attachments import Attachment, BlobStore, Note, store_of
from core.attachments.kinds import media_type_of
from core.attachments.sweeping import contents, sweep_contents, sweep_papers
from core.db import now
from core.errors import Invalid
from core.testing.browser import Browser
from tests.screens.booth import Booth
from tests.screens.typing_in import a_bill, made

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n%%EOF"
JSON = {"Accept": "application/json"}


def office(member: str) -> bytes:
    """An office file with one member."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(member, "<x/>")
    return file.getvalue()


def send(browser: Browser, *files: tuple[str, bytes], text: str = "", url: str = "/fair/guest/1/papers", **more: Any) -> Any:
    """Send a note and files as a browser does."""
    data = {"text": text, "file": [(BytesIO(content), name) for name, content in files]}
    return browser.post(url, data=data, content_type="multipart/form-data", **more)


@pytest.fixture
def inside(stand: Booth) -> Callable[..., Any]:
    """A session of the kernel that knows where files lie."""
    return lambda: stand.database.write(composition=stand.app.extensions["tandem"])


def test_a_note_and_files_are_kept_shown_and_put_back(stand: Booth, clerk: Browser, inside: Any) -> None:
    answer = send(clerk, ("photo.png", PNG), ("../../C:\\offer\u202e.pdf", PDF), text="Called:\nshe <b>pays</b>")
    assert answer.headers["Location"] == "/fair/guest/1?panel=notes"
    page = clerk.get("/fair/guest/1?panel=notes").text
    assert "she &lt;b&gt;pays&lt;/b&gt;" in page
    assert "Carla Clerk" in page
    assert "offer.pdf" in page
    assert '<span class="t-count">3</span>' in clerk.get("/fair/guest/1").text
    send(stand.browser("admin"), ("same.png", PNG), url="/fair/guest/3/papers")
    send(clerk, ("photo.png", PNG))
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 3
        assert len([*store_of(session).folder.glob("??/*")]) == 2
    clerk.post("/fair/guest/1/files/1/rename", data={"name": "chair.png"})
    clerk.post("/fair/guest/1/notes/1/remove")
    assert "Removed (1)" in clerk.get("/fair/guest/1?panel=notes").text
    clerk.post("/fair/guest/1/notes/1/put-back")
    page = clerk.get("/fair/guest/1?panel=notes").text
    assert "Removed (" not in page
    assert "chair.png" in page


def test_a_file_goes_out_sealed(clerk: Browser) -> None:
    send(clerk, ("photo.png", PNG), ("page.html", b"<script>alert(1)</script>"), ("Ñandú €.svg", b"<svg onload='x()'/>"))
    send(clerk, ("paper.pdf", PDF))
    for number in (1, 2, 3, 4):
        answer = clerk.get(f"/fair/guest/1/files/{number}?view=1" if number in (2, 3) else f"/fair/guest/1/files/{number}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    seen = clerk.get("/fair/guest/1/files/1?view=1")
    assert (seen.content_type, seen.data) == ("image/png", PNG)
    assert seen.headers["Content-Disposition"].startswith("inline")
    assert clerk.get("/fair/guest/1/files/1", headers={"If-None-Match": seen.headers["ETag"]}).status_code == 304
    assert "frame-ancestors 'self'" in clerk.get("/fair/guest/1/files/4?view=1").headers["Content-Security-Policy"]


REFUSED = [
    ("run.exe", b"hello"),
    ("notes.txt", b"MZ\x90\x00"),
    ("paper.pdf", b"MZ\x90\x00"),
    ("script", b"#!/bin/sh\nrm"),
    ("photo.png", b"\xff\xd8\xff\xe0"),
    ("photo.png", b"<html>"),
    ("list.csv", b"a\x00b"),
    ("letter.docx", b"hello"),
    ("letter.docx", office("xl/workbook.xml")),
    ("link.lnk", b"x"),
]
TAKEN = [
    ("a.docx", office("word/document.xml")),
    ("a.xyz", b"\x00\x01"),
    ("a.csv", b"a;b"),
    ("a.zip", office("x")),
    ("pdf", PDF),
]


def test_what_is_not_what_it_claims_is_refused_with_a_reason(tmp_path: Path) -> None:
    store = BlobStore(tmp_path, 1 << 20)
    for name, content in REFUSED:
        with pytest.raises(Invalid, match=name):
            media_type_of(name, store.put(BytesIO(content)))
    for name, content in TAKEN:
        assert media_type_of(name, store.put(BytesIO(content)))
    with pytest.raises(Invalid, match="MB"):
        store.put(BytesIO(b"x" * ((1 << 20) + 1)))
    assert not [*store.folder.glob(".part-*")]


def test_a_refusal_is_told_and_leaves_nothing(stand: Booth, clerk: Browser, inside: Any) -> None:
    settings = replace(stand.kernel.settings, attachment_mb=1)
    stand.app.extensions["tandem"].parts["settings"] = settings
    for name, content in (("run.exe", b"hello"), ("empty.txt", b""), ("big.txt", b"x" * ((1 << 20) + 1))):
        answer = send(clerk, ("fine.pdf", PDF), (name, content), text="a note", headers=JSON)
        assert answer.status_code == 422
        assert name in answer.json["detail"] or "1 MB" in answer.json["detail"]
        assert send(clerk, (name, content)).status_code == 303
    with inside() as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0
        assert session.scalar(select(func.count()).select_from(Note)) == 0


def test_papers_are_as_open_as_their_record(stand: Booth, clerk: Browser) -> None:
    admin = stand.browser("admin")
    send(admin, ("hidden.png", PNG), text="secret", url="/fair/guest/2/papers")
    for browser, codes in ((clerk, (404,)), (stand.browser("guard"), (403, 404)), (stand.browser(None), (302, 401, 403))):
        assert browser.get("/fair/guest/2/files/1").status_code in codes
        assert browser.get("/fair/guest/1/files/1").status_code in (404, 403, 302, 401), "a file of another record"
        for deed in ("papers", "files/1/rename", "files/1/remove", "files/1/put-back", "notes/1/remove"):
            assert browser.post(f"/fair/guest/2/{deed}", data={"text": "x", "name": "y.png"}).status_code in codes, deed
    with stand.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Note)) == 1
        assert session.scalars(select(Attachment.name)).all() == ["hidden.png"]


def test_papers_are_filed_with_what_is_posted(stand: Booth, clerk: Browser) -> None:
    number = made(clerk, "/fair/bill/new", a_bill())
    clerk.post(f"/fair/bill/{number}/post", data={})
    send(clerk, ("receipt.pdf", PDF), url=f"/fair/bill/{number}/papers")
    assert "receipt.pdf" in clerk.get(f"/fair/bill/{number}?panel=notes").text


def test_what_nobody_needs_is_swept_and_damage_is_found(clerk: Browser, inside: Any) -> None:
    send(clerk, ("gone.png", PNG), ("stays.pdf", PDF))
    with inside() as session:
        assert contents.find(session) == []
        store, old = store_of(session), now() - timedelta(days=40)
        session.execute(update(Attachment).where(Attachment.id == 1).values(removed_at=old))
        assert (sweep_papers(session), sweep_contents(session, store)) == (1, 0)
        for path in store.folder.glob("??/*"):
            os.utime(path, (time.time() - 90_000,) * 2)
        assert sweep_contents(session, store) == 1
        assert contents.find(session) == []
        kept = session.scalars(select(Attachment)).one()
        store.path(kept.sha256).write_bytes(b"x" * kept.size)
        assert [row[-2:] for row in contents.find(session)] == [("stays.pdf", "hash")]
        store.remove(kept.sha256)
        assert [row[-1] for row in contents.find(session)] == ["missing"]
