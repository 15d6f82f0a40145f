"""Widgets: views that stand in somebody's day, each the first of what its list, board, graph, calendar or cube shows."""
