"""`companion table create`: make the table, as far as it is not there."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain

if TYPE_CHECKING:
    from companion.adapters.dynamodb.table import TableChanges


@click.command(
    epilog=example(
        "DYNAMODB_TABLE=CompanionMemoryLogs companion table create",
        "companion table create --apply",
    )
)
@click.option("--apply", is_flag=True, help="Change a table that is there, too.")
def create(apply: bool) -> None:
    """Make the table, as far as it is not there. Safe to repeat.

    It is billed by request, drops old jobs (TTL), can be brought back to any second of the past
    35 days (point-in-time recovery), and is protected from being deleted. A table that is there
    and differs is not changed: what differs is named, and --apply changes it.
    """
    settings = settings_for("dynamodb_table")

    from companion.bootstrap import open_table

    async def make() -> "TableChanges":
        async with open_table(settings) as store:
            return await store.create_table(apply=apply)

    made = run(make())
    for step in made.done or [f"the table {settings.dynamodb_table} is there already"]:
        click.echo(f"{step[0].upper()}{step[1:]}.")
    for problem in made.differs:
        complain(problem)
    if made.differs:
        raise Failed("" if apply else "Nothing of that was changed: --apply does.")
