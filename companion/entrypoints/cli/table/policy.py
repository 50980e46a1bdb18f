"""`companion table policy`: the smallest IAM policy for a program."""

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.cli.table.role_option import for_option


@click.command(epilog=example("companion table policy --for webhook > webhook.json"))
@for_option
def policy(role: str) -> None:
    """Print the smallest IAM policy, as JSON.

    It allows exactly the requests that the webhook, the daemon or, for admin, any command makes to
    the table DYNAMODB_TABLE (CompanionMemoryLogs if that is not set) in AWS_REGION, in any account.
    """
    import json

    from companion.settings import DEFAULT_TABLE, Settings

    settings = settings_for(Settings)

    from companion.bootstrap.surroundings import table_policy
    from companion.domain.table import Role

    allowed = table_policy(
        Role(role), settings.dynamodb_table or DEFAULT_TABLE, settings.aws_region
    )
    click.echo(json.dumps(allowed, indent=2))
