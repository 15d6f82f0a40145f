"""Files of a record over HTTP: list, add, fetch, rename and remove them; whoever may see the record sees its files."""

from typing import Any, cast

from flask import Response, g, request
from sqlalchemy.orm import Session

from core.api.answers import Answer, json_body
from core.api.records import model_at, url_of
from core.attachments import Attachment, attach, file_of, files_of, remove, rename, store_of
from core.attachments.keeping import demand_papers
from core.errors import FieldError, Invalid
from core.i18n import _
from core.screens.pages import committed
from core.screens.records.paper_pages import sent_file
from core.screens.records.reading import load_record


def attachments(addon: str, slug: str, id: int) -> Answer:
    """The files of a record, the newest first."""
    session: Session = g.session
    record = load_record(session, model_at(addon, slug), id, lists=False)
    return Answer({"items": [described(record, file) for file in files_of(session, record)]})


def add_attachments(addon: str, slug: str, id: int) -> Answer:
    """Add files: as the parts `file` of a form, or one as the body itself under `?name=`; 201 with what was kept.

    The same file under the same name is kept once, so a request may be repeated.
    """
    model = model_at(addon, slug)
    demand_papers(g.session, load_record(g.session, model, id, lists=False))
    g.session.rollback()  # nobody waits for the database while files are copied
    store = store_of(g.session)
    sent = [(each.filename or "", each.stream) for each in request.files.getlist("file")]
    if not sent and (name := request.args.get("name", "")):
        sent = [(name, cast(Any, request.stream))]
    if not sent:
        sentence = _("Send files as the parts “file” of a form, or one as the body with its name in ?name=")
        raise Invalid(sentence, [FieldError("file", sentence)])
    blobs = [(name, store.put(stream)) for name, stream in sent]

    def work(session: Session) -> Answer:
        record = load_record(session, model, id, lists=False)
        kept = [attach(session, record, name, blob) for name, blob in blobs]
        headers = {"Location": f"{url_of(record)}/attachments/{kept[0].id}"}
        return Answer({"items": [described(record, file) for file in kept]}, 201, headers)

    return committed(work)


def fetch_attachment(addon: str, slug: str, id: int, number: int) -> Response:
    """The content of a file."""
    session: Session = g.session
    record = load_record(session, model_at(addon, slug), id, lists=False)
    return cast(Response, sent_file(session, file_of(session, record, number)))


def rename_attachment(addon: str, slug: str, id: int, number: int) -> Answer:
    """Call a file something else: `{"name": "contract.pdf"}`."""
    model, name = model_at(addon, slug), str(json_body().get("name", ""))

    def work(session: Session) -> Answer:
        record = load_record(session, model, id, lists=False)
        return Answer(described(record, rename(session, record, number, name)))

    return committed(work)


def remove_attachment(addon: str, slug: str, id: int, number: int) -> Answer:
    """Remove a file; in the browser it can be put back for a month."""
    model = model_at(addon, slug)

    def work(session: Session) -> Answer:
        remove(session, load_record(session, model, id, lists=False), Attachment, number)
        return Answer(status=204)

    return committed(work)


def described(record: Any, file: Attachment) -> dict[str, Any]:
    """A file as programs see it; its content is at `url`."""
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "at": file.at,
        "by_id": file.by_id,
        "via": file.via,
        "url": f"{url_of(record)}/attachments/{file.id}",
    }
