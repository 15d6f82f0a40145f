"""Importing this adds the parts of this layer to every composition: views, figures, panels, day, reports, screens, jobs."""

from core import attachments
from core.screens import day, deciding, figures, first_steps, mount, panels
from core.screens.lists.bulk import jobs
from core.screens.reports import report as reports
from core.screens.views import compose

__all__ = ["attachments", "compose", "day", "deciding", "figures", "first_steps", "jobs", "mount", "panels", "reports"]
