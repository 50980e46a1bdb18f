"""`companion table`: the DynamoDB table, made and checked, and who may do what with it."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.shell import Failed, complain, example, run, settings_for

if TYPE_CHECKING:
    from companion.adapters.dynamodb.table import Made

ROLES = ("webhook", "daemon", "admin")


def for_option[F: Callable[..., object]](command: F) -> F:
    """`--for webhook|daemon|admin`, as the argument `role`."""
    return click.option(
        "--for",
        "role",
        type=click.Choice(ROLES),
        default="daemon",
        show_default=True,
        help="Whose: webhook, daemon and daily use of the terminal, or all commands.",
    )(command)


@click.group(epilog=example("companion table create"))
def table() -> None:
    """Make or check the DynamoDB table that DYNAMODB_TABLE names."""


@table.command(
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

    async def make() -> "Made":
        async with open_table(settings) as store:
            return await store.create_table(apply=apply)

    made = run(make())
    for step in made.done or [f"the table {settings.dynamodb_table} is there already"]:
        click.echo(f"{step[0].upper()}{step[1:]}.")
    for problem in made.differs:
        complain(problem)
    if made.differs:
        raise Failed("" if apply else "Nothing of that was changed: --apply does.")


@table.command(epilog=example("companion table check", "companion table check --for admin"))
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


@table.command(epilog=example("companion table policy --for webhook > webhook.json"))
@for_option
def policy(role: str) -> None:
    """Print the least IAM policy, as JSON.

    It allows on this table exactly what the webhook, the daemon or, for admin, any command asks
    of DynamoDB.
    """
    settings = settings_for("dynamodb_table")

    from companion.adapters.dynamodb import policy as policies

    allowed = policies.policy(
        policies.Role(role), settings.dynamodb_table or "", settings.aws_region
    )
    click.echo(json.dumps(allowed, indent=2))
