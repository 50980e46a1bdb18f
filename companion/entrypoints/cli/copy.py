"""`companion copy`: from one store to the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import counted, note
from companion.errors import UsageError

if TYPE_CHECKING:
    from companion.ports import Store
    from companion.settings import Settings
    from companion.usecases.archive import Copied

STORES = ("sqlite", "dynamodb")


@click.command(
    epilog=example(
        "DYNAMODB_TABLE=CompanionMemoryLogs companion copy --from sqlite --to dynamodb",
        "companion copy --from dynamodb --to sqlite",
    )
)
@click.option("--from", "source", type=click.Choice(STORES), required=True, help="Where it is.")
@click.option("--to", "target", type=click.Choice(STORES), required=True, help="Where it goes.")
@click.option("--all-users", is_flag=True, help="Everybody's, not only that of SLACK_USER_ID.")
def copy(source: str, target: str, all_users: bool) -> None:
    """Copy everything from one store to the other.

    That is entries, deletions, jobs and how far the direct message was read. SQLite is the file
    COMPANION_DB, DynamoDB the table DYNAMODB_TABLE. Nothing is taken from where it is, and what
    is there already is not written again: after an interruption the same command goes on. At the
    end both sides are compared. Stop the daemon before.
    """
    if source == target:
        raise UsageError(f"--from and --to are both {source}: name two stores.")
    settings = settings_for("dynamodb_table", *([] if all_users else ["slack_user_id"]))
    if source == "sqlite" and not settings.companion_db.exists():
        raise UsageError(f"There is no file {settings.companion_db}: set COMPANION_DB to yours.")

    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import Copy

    async def copy_all() -> "dict[str, Copied]":
        async with _opened(source, settings) as here, _opened(target, settings) as there:
            own = settings.slack_user_id or ""
            users = await here.fetch_users() if all_users else [own]
            work = Copy(source=here, target=there)
            copied = {}
            for user_id in users:
                with progress(f"Copying {user_id}, then comparing") as advance:
                    copied[user_id] = await work(user_id, advance)
            return copied

    copied = run(copy_all())
    for user_id, each in copied.items():
        click.echo(
            f"{user_id}: {counted(each.entries, 'entry', 'entries')},"
            f" {each.entries - each.missing:,} of them in both now ({each.written:,} written);"
            f" {counted(each.tombstones, 'deletion')}, {counted(each.jobs, 'job')}."
        )
    if not copied:
        note(f"There is nobody's data in {source}.")
    if any(each.missing for each in copied.values()):
        raise Failed("Some entries are not there yet: run the same again, with the daemon stopped.")
    note(_next(target, settings))


def _next(target: str, settings: "Settings") -> str:
    """What is left to do to use the copy."""
    if target == "dynamodb":
        return (
            f"To use it: have DYNAMODB_TABLE={settings.dynamodb_table} and"
            f" AWS_REGION={settings.aws_region} in .env (and where the webhook runs), then start"
            " the daemon."
        )
    return (
        "To use it: take DYNAMODB_TABLE out of .env, then start the daemon; your entries are in"
        f" {settings.companion_db}."
    )


@asynccontextmanager
async def _opened(name: str, settings: "Settings") -> "AsyncIterator[Store]":
    from companion.bootstrap import open_store

    chosen = settings if name == "dynamodb" else replace(settings, dynamodb_table=None)
    async with open_store(chosen) as store:
        yield store
