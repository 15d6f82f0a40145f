"""What every command needs first: the kernel, migrated, and the composition of the enabled addons."""

from typing import Any

from core.registry import lifecycle
from core.registry.composition import Composition
from core.registry.demo import demo_info
from core.registry.garbage import spare
from core.registry.kernel import Kernel
from core.registry.state import read_state


def opened_kernel() -> Kernel:
    """The installation that the environment names, its tables brought to the newest revision."""
    kernel = Kernel.open()
    lifecycle.upgrade(kernel)
    spare()
    return kernel


def checking_kernel() -> Kernel:
    """The same, for commands that compose addons: their views, figures and reports are checked as well."""
    import core.screens.parts  # noqa: F401 (adds them to every composition)

    return opened_kernel()


def composed(kernel: Kernel) -> Composition:
    """What is enabled now."""
    import core.screens.parts  # noqa: F401 (adds views, figures and reports to every composition)

    state = read_state(kernel.database)
    composition = kernel.compose(state.enabled, state.generation)
    spare()
    return composition


def system_info(kernel: Kernel, composition: Composition) -> dict[str, Any]:
    """What a session of the command line carries: the first company, no user."""
    return demo_info(kernel.database, composition) | {"via": "cli"}
