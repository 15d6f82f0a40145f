"""`tandem addon`: list, plan, enable, disable, uninstall, check, new, draft."""

from pathlib import Path

import click

from core.cli.opening import checking_kernel, opened_kernel
from core.registry import lifecycle
from core.registry.order import with_needs
from core.registry.plan import plan
from core.registry.state import read_state


@click.group()
def addon() -> None:
    """Addons: what there is, what is on, and what switching one on would bring."""


@addon.command("list")
def list_() -> None:
    """All addons that were found, with their state and their problems."""
    kernel = opened_kernel()
    state = read_state(kernel.database)
    for name, found in sorted(kernel.addons.items()):
        mark = "on " if name in state.enabled else "off" if name in state.installed else "-  "
        click.echo(f"{mark} {name:18} {found.version:8} {found.manifest.summary}")
    for problem in kernel.discovery.all_problems():
        click.secho(str(problem), fg="red", err=True)


@addon.command("plan")
@click.argument("name")
def plan_(name: str) -> None:
    """What enabling NAME will bring; nothing happens."""
    drawn = plan(checking_kernel(), name)
    click.echo(f"{drawn.title} {drawn.version}: {drawn.summary}")
    for title, rows in drawn.as_dict().items():
        if isinstance(rows, list) and rows:
            click.secho(title.replace("_", " "), bold=True)
            for row in rows:
                click.echo("  " + (row if isinstance(row, str) else " · ".join(map(str, row.values()))))


@addon.command()
@click.argument("name")
def enable(name: str) -> None:
    """Switch NAME on, with all that it needs."""
    for done in lifecycle.enable(checking_kernel(), name):
        click.echo(f"enabled {done}")


@addon.command()
@click.argument("name")
@click.option("--cascade", is_flag=True, help="Also disable the addons that need it.")
def disable(name: str, cascade: bool) -> None:
    """Switch NAME off; its data stays."""
    for done in lifecycle.disable(opened_kernel(), name, cascade):
        click.echo(f"disabled {done}")


@addon.command()
@click.argument("name")
@click.confirmation_option(prompt="This drops the addon's tables and all their data. Go on?")
def uninstall(name: str) -> None:
    """Drop the tables and data of the disabled addon NAME."""
    lifecycle.uninstall(opened_kernel(), name)
    click.echo(f"uninstalled {name}")


@addon.command()
@click.argument("name", required=False)
def check(name: str | None) -> None:
    """Read the files of NAME (or of all addons) and compose them; every problem with file, line and column."""
    kernel = checking_kernel()
    problems = kernel.discovery.problems.get(name, []) if name else kernel.discovery.all_problems()
    if name and name not in kernel.addons and not problems:
        raise click.ClickException(f"there is no addon {name}")
    if not problems:
        composition = kernel.compose(
            [found.name for found in with_needs(kernel.addons, [name])] if name else list(kernel.addons)
        )
        problems = [p for told in composition.broken.values() for p in told]
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    click.echo("no problems")


@addon.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("addons"),
    show_default=True,
    help="The folder that will hold the addon's own.",
)
def new(name: str, into: Path) -> None:
    """Write the minimal addon NAME: six files that pass its inherited tests and show up in the browser."""
    from core.registry.new_addon import write_addon

    for path in write_addon(name, into):
        click.echo(str(path))


@addon.command()
@click.argument("name")
def draft(name: str) -> None:
    """Print the draft of NAME's next migration: what its models have and this installation's database has not."""
    from core.db.draft_migration import draft_migration
    from core.registry.loading import load_parts

    kernel = opened_kernel()
    if name not in kernel.addons:
        raise click.ClickException(f"there is no addon {name}")
    for found in with_needs(kernel.addons, [name]):
        load_parts(found)
    with kernel.database.engine.connect() as connection:
        click.echo(draft_migration(connection, name))
