"""`tandem import | health | backup | restore | demo`: what concerns the data as a whole."""

import sys
from pathlib import Path

import click

from core.cli.opening import composed, opened_kernel, system_info
from core.db import run_checks


@click.command("import")
@click.argument("model")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--login", help="Import with the rights of this user; as the system unless told.")
@click.option("--language", default="en", show_default=True, help="How the file writes numbers: en, es or ru.")
@click.option("--encoding", default="", help="Told by the file itself unless given.")
@click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the refused rows with their reasons here, as CSV.",
)
def import_(
    model: str, file: Path, dry_run: bool, login: str | None, language: str, encoding: str, refused: Path | None
) -> None:
    """Import FILE into MODEL (ADDON.MODEL, such as crm_contacts.contact)."""
    from rich.progress import BarColumn, Progress, TextColumn

    from core.importing.mending import write_refused
    from core.importing.service import import_file

    kernel = opened_kernel()
    composition = composed(kernel)
    parts = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} rows"))
    with Progress(*parts, transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task(file.name, total=None)
        report = import_file(
            kernel,
            composition,
            model,
            file,
            dry=dry_run,
            login=login,
            language=language,
            encoding=encoding,
            progress=lambda done: bar.update(task, completed=done),
        )
    for verdict, count in sorted(report.counts.items()):
        click.echo(f"{count:>9} {verdict}")
    for name, count in report.figures.items():
        click.echo(f"{count:>9} {name}")
    for fault in report.faults[:20]:
        click.echo(f"row {fault.row}: {fault.message}", err=True)
    if refused:
        write_refused(report, refused)
        click.echo(f"{len(report.refused)} refused rows with their reasons in {refused}")


@click.command()
def health() -> None:
    """Run every invariant as SQL; print the rows where one is broken, and nothing when all is well."""
    kernel = opened_kernel()
    composition = composed(kernel)
    with kernel.database.read(**system_info(kernel, composition)) as session:
        findings = run_checks(session, composition.checks)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database, attachments and secret key to FILE (a .tar.gz) while others work."""
    from core.registry.backup import write_backup

    click.echo(f"wrote {write_backup(opened_kernel(), file)} bytes to {file}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="This replaces the whole database. Go on?")
def restore(file: Path) -> None:
    """Replace this installation by what FILE holds."""
    from core.registry.backup import read_backup
    from core.registry.settings import Settings

    read_backup(Settings.read(), file)
    click.echo(f"restored {file}")


@click.group()
def demo() -> None:
    """The demonstration company."""


@demo.command("load")
def load_demo() -> None:
    """Fill the first company with a year of invented life; needs its addons enabled."""
    from core.registry import demo as demonstration

    kernel = opened_kernel()
    demonstration.load_demo(kernel, composed(kernel), progress=lambda name: click.echo(f"filling {name}"))


@demo.command("remove")
@click.confirmation_option(prompt="This takes out all sample records; real ones stay. Go on?")
def remove_demo() -> None:
    """Take out the samples: addons that nobody wrote into are emptied, elsewhere what real records need stays."""
    from core.registry.samples import remove_samples, say

    kernel = opened_kernel()
    composition = composed(kernel)
    for line in say(remove_samples(kernel, composition), composition):
        click.echo(line)
