"""Tandem beside the floor of its stack, in one run.

    python -m bench                                   # SQLite, in a temporary folder
    python -m bench --postgresql URL_OF_A_SERVER      # a database of its own there, dropped afterwards
    python -m bench --contacts 5000 --invoices 2000   # smaller

The floor of each row is the same work as plain SQL through the driver and a bare Flask answer (bench/floor.py), by the
same server with the same two workers, taken in turn with the product. Medians; clients run on the same machine.
"""

import argparse
import os
import sys
import time

from bench.building import Size, build, install
from bench.installations import installation
from bench.measures import Figure


def main() -> int:
    """Build and measure, then print the table."""
    size = Size()
    asked = argparse.ArgumentParser(description="Tandem beside the floor of its stack.")
    asked.add_argument("--postgresql", default="", help="a server to make a database on, postgresql+psycopg://...")
    asked.add_argument("--contacts", type=int, default=size.contacts)
    asked.add_argument("--products", type=int, default=size.products)
    asked.add_argument("--invoices", type=int, default=size.invoices)
    asked.add_argument("--only", default="", help="a word of the rows to measure; all unless told")
    given = asked.parse_args()
    wanted = Size(given.contacts, given.products, given.invoices)
    with installation(given.postgresql) as kernel:
        os.environ["TANDEM_DATABASE_URL"] = kernel.database.url
        from bench.running import bare_install, measured

        print(f"{kernel.database.dialect}, load {os.getloadavg()[0]:.1f}", flush=True)
        seconds = install(kernel)
        begun = time.perf_counter()
        build(kernel, wanted, lambda text: print(f"  {text}", flush=True))
        print(f"  filled in {time.perf_counter() - begun:,.0f} s\n", flush=True)
        print(f"{'':<54} {'Tandem':>10} {'floor':>10} {'times':>7}  target")
        show(Figure("all addons on an empty database", "s", seconds, bare_install(given.postgresql), "< 5 s"))
        for figure in measured(kernel, given.only):
            show(figure)
        print(f"\nload {os.getloadavg()[0]:.1f}")
    return 0


def show(figure: Figure) -> None:
    """One row of the table."""
    floor = f"{figure.floor:>10,.2f} {figure.product / figure.floor:>7.1f}" if figure.floor else f"{'':>18}"
    print(f"{figure.work + ', ' + figure.unit:<54} {figure.product:>10,.2f} {floor}  {figure.target}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
