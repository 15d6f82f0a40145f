"""What a process loads to keep is no garbage: the collector need not look through it again and again."""

import gc

#: objects made before it looks: a page of 80 rows, or a row of an import, leaves none behind
SELDOM = (10_000, 20, 50)


def wait() -> None:
    """Nothing is looked through until `spare`: what is loaded until then stays."""
    gc.disable()


def spare(clean: bool = False) -> None:
    """Call it when all that stays is loaded. `clean`: let go of what was loaded before and is in use no more."""
    if clean:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
