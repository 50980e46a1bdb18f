"""`companion table check`: whether the table is as it should be."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.table.role_option import for_option
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain


@click.command(epilog=example("companion table check", "companion table check --for admin"))
@for_option
def check(role: str) -> None:
    """See whether the table is as it should be, and what to do if not.

    Every request that the webhook, the daemon or, for admin, any command makes is made once. For
    admin one item is written under a key of no user's and deleted again; else nothing is written.
    """
    settings = settings_for("dynamodb_table")

    from companion.adapters.dynamodb.policy import Role
    from companion.bootstrap import open_table

    async def look() -> list[str]:
        async with open_table(settings) as store:
            return await store.check_table(Role(role))

    problems = run(look())
    for problem in problems:
        complain(problem)
    if problems:
        raise Failed
    click.echo(f"The table {settings.dynamodb_table} is as it should be.")
