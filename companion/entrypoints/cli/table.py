"""`companion table`: the DynamoDB table, made and checked."""

import click

from companion.entrypoints.cli.shell import Failed, complain, example, run, settings_for


@click.group(epilog=example("companion table create"))
def table() -> None:
    """Make or check the DynamoDB table that DYNAMODB_TABLE names."""


@table.command(epilog=example("DYNAMODB_TABLE=CompanionMemoryLogs companion table create"))
def create() -> None:
    """Make the table, as far as it is not there. Safe to repeat."""
    settings = settings_for("dynamodb_table")

    from companion.bootstrap import open_table

    async def make() -> list[str]:
        async with open_table(settings) as store:
            return await store.create_table()

    done = run(make())
    for step in done or [f"the table {settings.dynamodb_table} is there already"]:
        click.echo(f"{step[0].upper()}{step[1:]}.")


@table.command(epilog=example("companion table check"))
def check() -> None:
    """See whether the table is as it should be; say what is not, and what to do."""
    settings = settings_for("dynamodb_table")

    from companion.bootstrap import open_table

    async def look() -> list[str]:
        async with open_table(settings) as store:
            return await store.check_table()

    problems = run(look())
    for problem in problems:
        complain(problem)
    if problems:
        raise Failed
    click.echo(f"The table {settings.dynamodb_table} is as it should be.")
