"""`companion table` and its subcommands."""

import click

from companion.entrypoints.cli.support.groups import Group
from companion.entrypoints.cli.support.options import example


@click.group(
    cls=Group,
    places={
        "create": "table.create:create",
        "check": "table.check:check",
        "policy": "table.policy:policy",
    },
    epilog=example("companion table create"),
)
def table() -> None:
    """Create or check the DynamoDB table that DYNAMODB_TABLE names."""
