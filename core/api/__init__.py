"""The REST face of the same records, lists, verbs and reports that the pages show."""

from core.api.models import Command
from core.api.routes import install

__all__ = ["Command", "install"]
