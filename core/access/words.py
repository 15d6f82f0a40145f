"""How refusals of the guard are said."""

from core.db import snake
from core.errors import Denied
from core.i18n import Text, _, humanised

SENTENCES = {
    "read": "Your roles do not let you see: {model}",
    "create": "Your roles do not let you add: {model}",
    "update": "Your roles do not let you change: {model}",
    "delete": "Your roles do not let you delete: {model}",
}
OUTSIDE = {
    "read": "You may not see {model} {keys}, or there is no such record",
    "create": "You may not make {model} {keys} like this: you would not be allowed to add it",
    "update": "You may not change {model} {keys}: it is not among the records that you may change",
    "delete": "You may not delete {model} {keys}: it is not among the records that you may delete",
}


def model_word(model: type) -> Text:
    """The name of a model for people."""
    return _(humanised(snake(model.__name__)))


def not_allowed(model: type, operation: str) -> Denied:
    """No role of the user has this operation on this model."""
    if operation in SENTENCES:
        return Denied(_(SENTENCES[operation], model=model_word(model)))
    return Denied(_("Your roles do not include: {verb} {model}", verb=_(humanised(operation)), model=model_word(model)))


def outside(model: type, operation: str, keys: list[object]) -> Denied:
    """The operation is granted, but not on these records."""
    said = ", ".join(str(k) for k in keys[:10])
    if operation in OUTSIDE:
        return Denied(_(OUTSIDE[operation], model=model_word(model), keys=said))
    text = _("You may not {verb} {model} {keys}", verb=_(operation.replace("_", " ")), model=model_word(model), keys=said)
    return Denied(text)
