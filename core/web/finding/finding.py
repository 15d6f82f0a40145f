"""The whole answer to a question: what one was at lately, records, places and things to do, the nearest kind first."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Missing
from core.i18n import _, translated
from core.screens.fields.attributes import title_of
from core.screens.fields.rights import demand
from core.web.finding.hits import Group, Hit
from core.web.finding.likeness import parts
from core.web.finding.places import find_actions, find_places
from core.web.finding.question import Question
from core.web.finding.recents import recent_keys
from core.web.finding.records import AT_ONCE, find_records, kind_of

OF_ONE_KIND, LATELY = 40, 8


@dataclass
class Found:
    """An answer: the groups that are shown, and every kind with its count, so that one may choose one."""

    question: Question
    groups: list[Group] = field(default_factory=list)
    kinds: list[Group] = field(default_factory=list)
    kind: str = ""
    then: str = ""
    asks: str = ""

    def json(self) -> dict[str, Any]:
        """For the palette and for programs."""
        kinds = [{"name": group.name, "label": group.label, "count": group.count} for group in self.kinds]
        return {"groups": [group.json() for group in self.groups], "kinds": kinds, "asks": self.asks}


def found(
    session: Session,
    composition: Any,
    typed: str,
    *,
    menus: Any = None,
    user: Any = None,
    at: str = "",
    kind: str = "",
    then: str = "",
) -> Found:
    """What a question finds; `kind` narrows it to one group, `then` is a verb that a record is looked for, and without
    `menus` only records are."""
    question = Question.read(typed)
    if then:
        return record_for(session, composition, question, then)
    answer, recents = Found(question, kind=kind), recent_keys(session)
    is_model = kind in composition.models
    if question.sign not in (">", "/"):
        limit = OF_ONE_KIND if is_model or menus is None else AT_ONCE
        answer.groups = find_records(session, composition, question, recents, limit)
        if not question.typed and not question.sign:
            answer.groups = lately(session, composition, recents)
    if menus is not None:
        best = best_person(composition, answer.groups) if question.typed else None
        if question.sign in ("", "/"):
            answer.groups.append(find_places(question, menus, user, session.info["policy"]))
        if question.sign in ("", ">") and (question.typed or question.sign or at):
            actions = find_actions(session, composition, question, at, best)
            actions.items += filters(composition, question, answer.groups)
            actions.count = str(len(actions.items))
            answer.groups.append(actions)
    answer.kinds = [group for group in answer.groups if group.items]
    shown = [group for group in answer.kinds if kind in ("", group.name)]
    answer.groups = sorted(shown, key=lambda group: -group.best) if question.typed else shown
    return answer


def best_person(composition: Any, groups: list[Group]) -> Hit | None:
    """The nearest hit, if it is somebody."""
    hits = [hit for group in groups for hit in group.items if hit.model in composition.models]
    best = max(hits, key=lambda hit: hit.score, default=None)
    return best if best is not None and kind_of(composition.models[best.model]) == "people" else None


def filters(composition: Any, question: Question, groups: list[Group]) -> list[Hit]:
    """The list of the nearest kind, with what was asked in its search line."""
    named = [group for group in groups if group.name in composition.models and question.words]
    nearest = max(named, key=lambda group: group.best, default=None)
    if nearest is None:
        return []
    view = composition.views.of(composition.models[nearest.name])
    text = str(_("{plural} with “{text}”", plural=view.plural, text=question.typed))
    return [Hit(text, f"{view.url}?q={quote_plus(question.typed)}", "filter", 1, parts=parts(text, question))]


def lately(session: Session, composition: Any, recents: dict[str, list[int]]) -> list[Group]:
    """The records that one was at, the newest first."""
    policy, hits = session.info["policy"], list[Hit]()
    for label, keys in recents.items():
        model = composition.models.get(label)
        if model is None or model not in composition.screens or not policy.may(model, "read"):
            continue
        view = composition.views.of(model)
        query = select(model.id, title_of(model, model)).where(model.id.in_(keys[:LATELY]))
        for key, title in session.execute(query):
            text = str(title or session.get_one(model, key).title)
            hit = Hit(text, f"{view.url}{key}", view.icon, -float(keys.index(key)), note=view.label, id=key, model=label)
            hit.parts = [(text, False)]
            hits.append(hit)
    hits.sort(key=lambda hit: -hit.score)
    return [Group("recent", str(_("Lately")), "history", hits[:LATELY], str(len(hits)))] if hits else []


def record_for(session: Session, composition: Any, question: Question, then: str) -> Found:
    """Records of one model, each leading to the verb that was chosen."""
    label, _slash, name = then.partition("/")
    model = composition.models.get(label)
    verb = composition.verbs(model).get(name) if model is not None else None
    if model is None or verb is None or verb.collection or model not in composition.screens:
        raise Missing(_("There is no such thing to do"))
    demand(session, model, name)
    recents = recent_keys(session)
    if question.typed:
        groups = find_records(session, composition, question, recents, OF_ONE_KIND, label)
    else:
        groups = lately(session, composition, {key: value for key, value in recents.items() if key == label})
    for hit in (hit for group in groups for hit in group.items):
        hit.url = f"{hit.url}/{name}"
    return Found(question, groups, groups, then=then, asks=translated(verb.label).strip("…."))
