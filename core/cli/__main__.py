"""`python -m core.cli` is `tandem`."""

from core.cli.main import main

main()
