"""`python -m core.cli` is `tandem`."""

from core.registry.garbage import wait

wait()  # until a command has opened its installation: what is loaded by then stays

from core.cli.main import main  # noqa: E402

main()
