"""Whether the store answers, and has room."""

from companion.bootstrap import open_store, open_table
from companion.domain.table import Role
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict, is_open_to_others
from companion.entrypoints.local_entries import count_local_entries
from companion.entrypoints.terminal import counted
from companion.texts import doctor as texts

MEGABYTE, GIGABYTE = 10**6, 10**9
LOW_SPACE = 500 * MEGABYTE
NO_SPACE = 50 * MEGABYTE
NOBODY = "U000"
"""Whose read cursor is asked for where no person is set: any question shows that it opens."""


async def check_store(context: Context) -> Result:
    if context.settings.dynamodb_table:
        verdict, text = await _check_table(context, context.settings.dynamodb_table)
    else:
        verdict, text = await _check_file(context)
    if verdict is Verdict.OK and (number := await count_local_entries(context.settings)):
        return _with_local_entries(context, text, number)
    return verdict, text


def _with_local_entries(context: Context, place: str, number: int) -> Result:
    entries, user_id = counted(number, "entry", "entries"), context.settings.slack_user_id
    if user_id is None:
        return Verdict.OK, texts.LOCAL_ONLY.format(place=place, entries=entries)
    return Verdict.WARNING, texts.LOCAL_LEFT.format(place=place, entries=entries, user=user_id)


async def _check_file(context: Context) -> Result:
    path = context.settings.companion_db
    parent = next(folder for folder in path.absolute().parents if folder.exists())
    free = context.free_space(parent)
    megabytes = free // MEGABYTE
    if free < NO_SPACE:
        return Verdict.FAILED, texts.DISK_FULL.format(path=path, megabytes=megabytes)
    if not path.exists():
        return Verdict.OK, texts.FILE_TO_COME.format(path=path)
    async with open_store(context.settings) as store:
        await store.fetch_read_cursor(context.settings.slack_user_id or NOBODY)
    if is_open_to_others(path):
        return Verdict.WARNING, texts.FILE_READABLE.format(path=path)
    if free < LOW_SPACE:
        return Verdict.WARNING, texts.DISK_LOW.format(path=path, megabytes=megabytes)
    return Verdict.OK, texts.FILE_FINE.format(path=path, gigabytes=free / GIGABYTE)


async def _check_table(context: Context, name: str) -> Result:
    # The webhook's keys need not be allowed what the daemon's are.
    role = Role.DAEMON if context.has_daemon else Role.WEBHOOK
    async with open_table(context.settings, name) as table:
        problems = await table.check_table(role)
    where = texts.TABLE.format(name=name, region=context.settings.aws_region)
    if problems:
        return Verdict.FAILED, texts.TABLE_WRONG.format(table=where, problems=" ".join(problems))
    return Verdict.OK, texts.TABLE_FINE.format(table=where)


STORE = Check("store", check_store)
