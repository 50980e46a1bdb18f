"""`companion daemon missing`: entries whose messages went away in Slack."""

from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import person_settings
from companion.entrypoints.run import run
from companion.entrypoints.terminal import as_typed, counted
from companion.texts import daemon as texts

if TYPE_CHECKING:
    from companion.domain.missing import MissingEntries


@click.command(epilog=example("companion daemon missing", "companion daemon missing --keep"))
@click.option("--keep", "decision", flag_value="keep", help="Keep them; nobody asks again.")
@click.option("--delete", "decision", flag_value="delete", help="Delete them here, too.")
def missing(decision: str | None) -> None:
    """Show entries whose messages went away in Slack.

    When many messages go away together, the daemon deletes none of their entries: Slack may show
    an empty history by mistake, and the app or the workspace may be another one.
    """
    from companion.bootstrap import SystemClock, missing_messages, open_existing, terminal_zone
    from companion.entrypoints.daemon_report import missing_entries

    settings, clock = person_settings(), SystemClock()

    async def decide() -> "tuple[MissingEntries | None, int]":
        async with open_existing(settings) as store:
            messages = missing_messages(settings.user_id, store, clock)
            match decision:
                case "keep":
                    return None, await messages.keep()
                case "delete":
                    return None, await messages.delete()
            return await messages.held(), 0

    held, number = run(decide())
    if held:
        zone = terminal_zone(settings)
        click.echo(as_typed(missing_entries(held, clock.now(), zone)))
    elif number:
        done = texts.MISSING_KEPT if decision == "keep" else texts.MISSING_DELETED
        click.echo(done.format(entries=counted(number, "entry", "entries")))
    else:
        click.echo(texts.NOTHING_MISSING)
