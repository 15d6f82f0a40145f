"""`tandem user` and `tandem key`: who may come in."""

import secrets

import click

from core.cli.opening import composed, opened_kernel, system_info


@click.group()
def user() -> None:
    """Users and their roles."""


@user.command("add")
@click.argument("login")
@click.option("--role", "roles", multiple=True, help="A role such as crm_contacts.user, or admin; may be repeated.")
@click.option("--password", help="Told to nobody else; made and printed if it is not given.")
def add_user(login: str, roles: tuple[str, ...], password: str | None) -> None:
    """Add the user LOGIN."""
    from core.access import accounts

    kernel = opened_kernel()
    composition = composed(kernel)
    if unknown := [role for role in roles if role not in composition.permissions.roles]:
        known = ", ".join(sorted(composition.permissions.roles))
        raise click.ClickException(f"there is no role {', '.join(unknown)}; there are {known}")
    made = password or secrets.token_urlsafe(12)
    with kernel.database.write(**system_info(kernel, composition)) as session:
        accounts.add_user(session, login, list(roles), made)
    click.echo(f"added {login}" if password else f"added {login} with the password {made}")


@click.group()
def key() -> None:
    """Keys for the REST API."""


@key.command("add")
@click.argument("login")
@click.option("--label", default="command line", show_default=True)
def add_key(login: str, label: str) -> None:
    """Print a new API key of the user LOGIN; it is shown this once."""
    from core.access import accounts

    kernel = opened_kernel()
    with kernel.database.write(**system_info(kernel, composed(kernel))) as session:
        secret = accounts.add_key(session, login, label)
    click.echo(secret)
