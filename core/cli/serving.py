"""`tandem serve | jobs run | signals`: the long-running parts."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

import click

from core.cli.opening import composed, opened_kernel

THREADS_A_WORKER = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="Database, attachments and secret key; var/ unless told.",
)
@click.option("--no-demo", is_flag=True, help="Start with an empty company.")
@click.option("--workers", default=1, show_default=True, help="Processes that answer requests.")
def serve(host: str, port: int, home: Path | None, no_demo: bool, workers: int) -> None:
    """Set up what is missing, then serve Tandem."""
    if home:
        os.environ["TANDEM_HOME"] = str(home)
    from core.registry.first_start import first_start
    from core.registry.garbage import wait
    from core.web.preloading import preload

    kernel = opened_kernel()
    for line in first_start(kernel, demo=not no_demo, tell=click.echo):
        click.secho(line, bold=True)
    wait()
    preload(kernel)
    click.echo(f"Tandem listens on http://{host}:{port}/ (Ctrl+C ends it)")
    worker = subprocess.Popen([sys.executable, "-m", "core.cli", "jobs", "run"])
    try:
        _granian(host, port, workers)
    finally:
        worker.terminate()
        worker.wait()


def _granian(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "core.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_A_WORKER,
        backpressure=128,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
    )
    server.serve()


@click.group()
def jobs() -> None:
    """Work that outlives a request."""


@jobs.command("run")
@click.option("--threads", default=1, show_default=True)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def run_jobs(threads: int, once: bool) -> None:
    """Deliver signals, run jobs and schedules until told to stop."""
    import core.api.commands
    import core.importing.jobs
    import core.jobs.samples
    import core.mail
    import core.screens.exports.job
    import core.screens.parts  # noqa: F401 (these make the kernel's own jobs known, and compositions whole)
    from core.jobs.following import FollowedBook

    kernel = opened_kernel()
    book = FollowedBook(kernel)
    if once:
        click.echo(f"{book.worker().drain()} done")
        return
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    running = [threading.Thread(target=book.worker().run, args=(stop,)) for _ in range(threads)]
    for thread in running:
        thread.start()
    book.keep_schedules(stop)
    for thread in running:
        thread.join()


@click.command()
def signals() -> None:
    """Who hears what: signal, when, receiver, file and line."""
    composition = composed(opened_kernel())
    for kind, when, receiver, place in composition.switchboard.listing():
        click.echo(f"{kind:36} {when:18} {receiver:56} {place}")
