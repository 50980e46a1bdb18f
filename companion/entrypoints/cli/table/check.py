"""`companion table check`: check the DynamoDB table."""

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.table.role_option import for_option
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain
from companion.texts import terminal as texts


@click.command(epilog=example("companion table check", "companion table check --for admin"))
@for_option
def check(role: str) -> None:
    """Check the table, and say what to do if it is not right.

    It makes every request once that the webhook, the daemon or, for admin, any command makes. For
    admin it writes one item under a key that no user has, and deletes it; otherwise it writes
    nothing.
    """
    from companion.settings import TableSettings

    settings = settings_for(TableSettings)

    from companion.bootstrap import open_table
    from companion.domain.table import Role

    async def look() -> list[str]:
        async with open_table(settings, settings.dynamodb_table) as store:
            return await store.check_table(Role(role))

    problems = run(look())
    for problem in problems:
        complain(problem)
    if problems:
        raise Failed
    click.echo(texts.TABLE_IS_RIGHT.format(table=settings.dynamodb_table))
