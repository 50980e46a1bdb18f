"""`companion table create`: create the DynamoDB table."""

import click

from companion.domain.table import TableChanges
from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain
from companion.texts import terminal as texts


@click.command(
    epilog=example(
        "DYNAMODB_TABLE=CompanionMemoryLogs companion table create",
        "companion table create --apply",
    )
)
@click.option("--apply", is_flag=True, help="Also change a table that exists.")
def create(apply: bool) -> None:
    """Create the table. Safe to repeat.

    It is billed by request, removes old jobs (TTL), can be restored to any second of the past 35
    days (point-in-time recovery), and is protected from deletion. If it exists and differs, the
    differences are named; --apply changes them.
    """
    from companion.settings import TableSettings

    settings = settings_for(TableSettings)

    from companion.bootstrap import open_table

    async def make() -> TableChanges:
        async with open_table(settings, settings.dynamodb_table) as store:
            return await store.create_table(apply=apply)

    made = run(make())
    for step in made.done or [texts.TABLE_EXISTS.format(table=settings.dynamodb_table)]:
        click.echo(f"{step[0].upper()}{step[1:]}.")
    for problem in made.differs:
        complain(problem)
    if made.differs:
        raise Failed("" if apply else texts.NOT_CHANGED)
