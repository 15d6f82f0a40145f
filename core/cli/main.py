"""The root of the command; errors are sentences, exit statuses are for scripts: 0 done, 1 refused, 2 wrong usage."""

import sys

import click

from core.cli.addons import addon
from core.cli.data import backup, demo, health, import_, restore
from core.cli.people import key, user
from core.cli.serving import jobs, serve, signals
from core.errors import TandemError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def tandem() -> None:
    """CRM and ERP that pedal together."""


for command in (addon, user, key, import_, health, backup, restore, demo, signals, jobs, serve):
    tandem.add_command(command)


def main() -> None:
    """Run the command; a refusal is told on standard error with each field, and ends with status 1."""
    try:
        tandem()
    except TandemError as error:
        click.secho(str(error), fg="red", err=True)
        for fault in error.errors:
            click.echo(f"  {fault}", err=True)
        sys.exit(1)
