"""`companion copy`: copy everything from one store to the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from companion.entrypoints.cli.support.errors import Failed
from companion.entrypoints.cli.support.options import example
from companion.entrypoints.cli.support.settings import file_to_write, settings_for
from companion.entrypoints.run import run
from companion.entrypoints.terminal import complain, counted, note
from companion.errors import UsageError
from companion.texts import terminal as texts

if TYPE_CHECKING:
    from companion.ports import Store
    from companion.settings import TableSettings
    from companion.usecases.archive import Copied

STORES = ("sqlite", "dynamodb")


@click.command(
    epilog=example(
        "DYNAMODB_TABLE=CompanionMemoryLogs companion copy --from sqlite --to dynamodb",
        "companion copy --from dynamodb --to sqlite",
    )
)
@click.option(
    "--from", "source", type=click.Choice(STORES), required=True, help="The store to read."
)
@click.option("--to", "target", type=click.Choice(STORES), required=True, help="The store to fill.")
@click.option("--all-users", is_flag=True, help="All users, not only SLACK_USER_ID.")
def copy(source: str, target: str, all_users: bool) -> None:
    """Copy everything from one store to the other.

    It copies entries, tombstones of deleted entries, jobs and the read cursor. SQLite is the
    file COMPANION_DB, DynamoDB the table DYNAMODB_TABLE. Nothing is removed from the first
    store, and what the second store has already is not written again: after an interruption the
    same command goes on. At the end both are compared. Stop the daemon first.
    """
    if source == target:
        raise UsageError(texts.SAME_STORE.format(store=source))

    from companion.settings import CopySettings, TableSettings

    settings = settings_for(TableSettings if all_users else CopySettings)
    if source == "sqlite" and not settings.companion_db.exists():
        raise UsageError(texts.NO_SQLITE_FILE.format(path=settings.companion_db))

    copied = run(_copy(source, target, settings, all_users=all_users))
    for user_id, each in copied.items():
        _show(user_id, each)
    if not copied:
        note(texts.NOTHING_TO_COPY.format(store=source))
    _check(copied, source, target)
    note(_next(target, settings))


async def _copy(
    source: str, target: str, settings: "TableSettings", *, all_users: bool
) -> "dict[str, Copied]":
    from companion.entrypoints.cli.support.progress import progress
    from companion.usecases.archive import Copy

    async with _opened(source, settings) as here, _opened(target, settings) as there:
        own = settings.slack_user_id
        users = [own] if own and not all_users else await here.fetch_users()
        work = Copy(source=here, target=there)
        copied = {}
        for user_id in users:
            with progress(texts.COPYING.format(user=user_id)) as advance:
                copied[user_id] = await work(user_id, advance)
        return copied


def _show(user_id: str, copied: "Copied") -> None:
    click.echo(
        texts.COPIED.format(
            user=user_id,
            entries=counted(copied.entries, "entry", "entries"),
            common=copied.entries - copied.missing,
            written=copied.written,
            tombstones=counted(copied.tombstones, "tombstone"),
            jobs=counted(copied.jobs, "job"),
        )
    )


def _check(copied: "dict[str, Copied]", source: str, target: str) -> None:
    """Name the entries that the target cannot hold. Failed if any entry is missing there."""
    too_large = [entry for each in copied.values() for entry in each.too_large]
    for entry in too_large:
        kb = -(-entry.size // 1024)
        complain(texts.TOO_LARGE_TO_COPY.format(log_id=entry.log_id, kb=kb, store=target))
    if sum(each.missing for each in copied.values()) > len(too_large):
        raise Failed(texts.COPY_INCOMPLETE)
    if too_large:
        count = counted(len(too_large), "entry", "entries")
        raise Failed(texts.COPIED_ALL_BUT.format(entries=count, store=source))


def _next(target: str, settings: "TableSettings") -> str:
    """How to use the copy."""
    if target == "dynamodb":
        return texts.USE_DYNAMODB.format(
            table=settings.dynamodb_table, region=settings.aws_region, file=file_to_write()
        )
    return texts.USE_SQLITE.format(path=settings.companion_db, file=file_to_write())


@asynccontextmanager
async def _opened(name: str, settings: "TableSettings") -> "AsyncIterator[Store]":
    from companion.bootstrap import open_sqlite, open_table

    if name == "sqlite":
        async with open_sqlite(settings) as sqlite:
            yield sqlite
    else:
        async with open_table(settings, settings.dynamodb_table) as table:
            yield table
