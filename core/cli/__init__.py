"""The `tandem` command: everything an administrator does in the browser, for terminals and scripts."""

from core.cli.main import main

__all__ = ["main"]
