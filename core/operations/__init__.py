"""Business verbs: one function each, called by screen, API, import and tests alike."""

from core.operations.perform import arguments_of, perform
from core.operations.verb import Verb, verb, verbs_of

__all__ = ["Verb", "arguments_of", "perform", "verb", "verbs_of"]
