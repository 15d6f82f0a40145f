"""Importing this adds the parts of this layer to every composition: views, figures, panels, day, reports, screens."""

from core.screens import day, figures, first_steps, mount, panels
from core.screens.reports import report as reports
from core.screens.views import compose

__all__ = ["compose", "day", "figures", "first_steps", "mount", "panels", "reports"]
