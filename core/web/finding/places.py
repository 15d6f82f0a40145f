"""Places to go and things to do: the menu, reports and settings; new records, imports and verbs."""

from collections.abc import Iterator
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from core.db import Line
from core.i18n import _, current_language, translated
from core.screens.fields.rights import rights
from core.values import fold
from core.web.finding.hits import Group, Hit
from core.web.finding.likeness import parts
from core.web.finding.question import Question
from core.web.settings import sections_of

LEAST, ALIKE, MOST, OF_A_RECORD = 2, 78, 8, 3


def find_places(question: Question, menus: Any, user: Any, policy: Any) -> Group:
    """Entries of the menu, reports and pages of settings."""
    day = Hit(str(_("My day")), "/", "sun")
    links = [Hit(link.label, link.url, link.icon, note=link.section) for link in menus.links(policy, current_language())]
    head = str(_("Settings"))
    pages = [page for _head, pages in sections_of(user) for page in pages] if user is not None else []
    settings = [Hit(translated(page.label), page.url, page.icon, note=head, words=page.words) for page in pages]
    for hit in links:
        hit.note = translated(hit.note)
    return chosen("places", str(_("Places")), [day, *links, *settings], question)


def find_actions(session: Session, composition: Any, question: Question, at: str, best: Hit | None) -> Group:
    """What one may do: here, with the best hit, and anywhere."""
    here = [hit for hit in of_this_record(session, composition, at) if not question.typed or is_like(hit, question)]
    with_best = list(of_best(session, composition, best)) if best is not None else []
    anywhere = list(anew(session, composition))
    if len(question.folded) >= LEAST:
        anywhere += for_some_record(session, composition)
    found = chosen("actions", str(_("Do")), anywhere, question)
    seen = {hit.url for hit in here}
    for hit in [*here, *with_best]:
        hit.parts = parts(hit.text, question)
    found.items = [*here, *(hit for hit in found.items if hit.url not in seen), *with_best]
    found.count = str(len(found.items))
    return found


def chosen(name: str, label: str, hits: list[Hit], question: Question) -> Group:
    """Those whose label is like what was asked, the nearest first; all of them where nothing was."""
    kept = [hit for hit in hits if not question.typed or is_like(hit, question)]
    best = sorted(kept, key=lambda hit: -hit.score)[: MOST if question.typed and not question.sign else None]
    for hit in best:
        hit.parts = parts(hit.text, question)
    return Group(name, label, "arrow-right", best, str(len(kept)))


def is_like(hit: Hit, question: Question) -> bool:
    """Whether a label is like what was asked; it is given its score."""
    label, asked = fold(hit.text), question.folded
    if len(asked) < LEAST:
        hit.score = 60.0 if label.startswith(asked) else 0.0
        return hit.score > 0
    words = [*label.split(), *fold(hit.words).split()]
    if label == asked:
        hit.score = 120.0
    elif all(any(word.startswith(part) for word in words) for part in asked.split()):
        hit.score = 62.0 + fuzz.ratio(asked, label) / 4
        return True
    else:
        hit.score = fuzz.token_sort_ratio(asked, label) if len(asked) >= 4 else 0.0
    return hit.score >= ALIKE


def screens_of_menu(session: Session, composition: Any) -> Iterator[Any]:
    """The screens that the menu leads to and whose records this person may read."""
    policy = session.info["policy"]
    for model in dict.fromkeys(link.model for link in composition.menu if link.model is not None):
        if not issubclass(model, Line) and policy.may(model, "read"):
            yield composition.screens[model]


def anew(session: Session, composition: Any) -> Iterator[Hit]:
    """New records, and imports of many."""
    for screen in screens_of_menu(session, composition):
        if screen.makes(session):
            view = screen.view
            yield Hit(str(_("New: {label}", label=view.label.lower())), f"{view.url}new", "plus", note=view.plural)
            yield Hit(
                str(_("Import: {plural}", plural=view.plural.lower())), f"/imports/new?model={view.model.label()}", "upload"
            )


def for_some_record(session: Session, composition: Any) -> Iterator[Hit]:
    """Verbs; which record they are done to is asked next."""
    for screen in screens_of_menu(session, composition):
        may, view = rights(session, screen.model), screen.view
        for verb in composition.verbs(screen.model).values():
            if may.may(verb.name):
                label = translated(verb.label).strip("….")
                if verb.collection:
                    yield Hit(label, f"{view.url}{verb.name}", verb.icon or "player-play", note=view.plural)
                else:
                    then = f"{screen.model.label()}/{verb.name}"
                    yield Hit(label, f"/find?then={then}", verb.icon or "player-play", note=view.label, then=then)


def of_this_record(session: Session, composition: Any, at: str) -> Iterator[Hit]:
    """The verbs of the record whose page is open."""
    words = at.strip("/").split("/")
    model = composition.by_slug.get((words[0], words[1])) if len(words) >= 3 else None
    if model is None or not words[2].isdigit() or len(words[2]) > 9 or model not in composition.screens:
        return
    yield from verbs_of_record(session, composition.screens[model], int(words[2]), MOST)


def verbs_of_record(session: Session, screen: Any, key: int, most: int) -> Iterator[Hit]:
    """What suits one record now."""
    record = session.get(screen.model, key) if rights(session, screen.model).may("read") else None
    if record is None:
        return
    for verb in screen.actions(session, record)[:most]:
        label = translated(verb.label).strip("….")
        url = f"{screen.view.url}{key}/{verb.name}"
        yield Hit(str(_("{verb}: {title}", verb=label, title=record.title)), url, verb.icon or "player-play", 5)


def of_best(session: Session, composition: Any, best: Hit) -> Iterator[Hit]:
    """What one does with a person that was found: the verbs, and a new document for him."""
    model = composition.models.get(best.model)
    if model is None:
        return
    yield from verbs_of_record(session, composition.screens[model], best.id, OF_A_RECORD)
    made = 0
    for screen in screens_of_menu(session, composition):
        names = [entry.name for entry in screen.entries() if entry.field.target is model and "." not in entry.name]
        if names and made < OF_A_RECORD and screen.model is not model and screen.makes(session):
            made += 1
            text = str(_("New: {label}", label=f"{screen.view.label.lower()}, {best.text}"))
            yield Hit(text, f"{screen.view.url}new?{names[0]}={best.id}", "plus", 5)
