"""The last change of each user, and how a deletion is taken back, in SQL."""

from datetime import datetime

from companion.adapters.sqlite.statements import Statements
from companion.domain.change import (
    UNDO_PERIOD,
    EntryChange,
    change_from_json,
    change_to_json,
)
from companion.domain.entry import Entry, format_optional, format_timestamp, parse_timestamp
from companion.domain.mentions import mentions_to_json


class SqliteChanges(Statements):
    """The part of LogStore that undo needs."""

    async def restore_log(self, entry: Entry) -> bool:
        changed = await self._run(
            "UPDATE entries SET text = ?, source = ?, tz = ?, answers = ?, revision = ?,"
            " mentions = ?, logged_at = ?, agent = ?, deleted = 0"
            " WHERE user_id = ? AND log_id = ? AND deleted RETURNING 1",
            entry.text,
            entry.source,
            entry.tz,
            entry.answers,
            entry.revision,
            mentions_to_json(entry.mentions),
            format_optional(entry.logged_at),
            entry.agent,
            entry.user_id,
            str(entry.log_id),
        )
        return bool(changed)

    async def save_change(self, change: EntryChange) -> None:
        await self._run(
            "INSERT INTO changes (user_id, changed_at, change) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE"
            " SET changed_at = excluded.changed_at, change = excluded.change",
            change.user_id,
            format_timestamp(change.changed_at),
            change_to_json(change),
        )

    async def fetch_change(self, user_id: str, now: datetime) -> EntryChange | None:
        rows = await self._run("SELECT changed_at, change FROM changes WHERE user_id = ?", user_id)
        for changed_at, text in rows:
            change = change_from_json(user_id, parse_timestamp(changed_at), text)
            return None if change.is_over(now) else change
        return None

    async def purge_changes(self, now: datetime) -> None:
        end = format_timestamp(now - UNDO_PERIOD)
        # Looked up first: a DELETE waits for other writers, also where there is nothing to delete.
        if await self._run("SELECT 1 FROM changes WHERE changed_at <= ?", end):
            await self._run("DELETE FROM changes WHERE changed_at <= ?", end)
