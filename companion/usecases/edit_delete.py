"""Edits and deletes entries from the terminal: those that are not messages in Slack."""

from dataclasses import dataclass, replace

from companion.domain.calendar import BEGINNING, CLOCK_SKEW, END
from companion.domain.change import deleted, edited
from companion.domain.entry import Entry, check_text, message_ts, next_revision
from companion.errors import CompanionError, OwnedBySlackError, UsageError
from companion.ports import Clock, LogStore
from companion.usecases.newest import newest_entries

LAST = "last"
MIN_ID_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEditor:
    """`companion edit` and `companion delete`. Each takes an id, its beginning, or `last`."""

    user_id: str
    store: LogStore
    clock: Clock

    async def edit(self, wanted: str, text: str) -> Entry:
        """Replace an entry's text; returns the entry as it is now. Raises UsageError,
        OwnedBySlackError, or CompanionError if it was changed meanwhile."""
        return await self.change(await self.find(wanted, "edit"), text)

    async def change(self, entry: Entry, text: str) -> Entry:
        """The same for an entry that was read before."""
        _check_owner(entry, "edit")
        now = self.clock.now()
        # Later than the stored text, whatever its revision is made of.
        revision = max(message_ts(now), next_revision(entry.revision))
        changed = replace(entry, text=check_text(text), revision=revision)
        # Recorded first: whatever happens in between, a change that is made can be undone.
        await self.store.save_change(edited(entry, changed, now))
        if not await self.store.write_log(changed):
            raise _changed_meanwhile()
        return changed

    async def delete(self, wanted: str) -> Entry:
        """Delete an entry; returns what it was. Raises like `edit`."""
        return await self.remove(await self.find(wanted, "delete"))

    async def remove(self, entry: Entry) -> Entry:
        """The same for an entry that was read before."""
        _check_owner(entry, "delete")
        await self.store.save_change(deleted(entry, self.clock.now()))
        if not await self.store.delete_log(self.user_id, entry.timestamp, entry.log_id):
            raise _changed_meanwhile()
        return entry

    async def find(self, wanted: str, action: str) -> Entry:
        """The entry to edit or delete. Raises UsageError, OwnedBySlackError."""
        named = named_entry(self.store, self.user_id, wanted) if wanted != LAST else self._last()
        entry = await named
        _check_owner(entry, action)
        return entry

    async def _last(self) -> Entry:
        """The one typed last of what has happened: a date in an imported file may be to come."""
        now = self.clock.now()
        until = now + CLOCK_SKEW
        newest = await newest_entries(self.store, self.user_id, BEGINNING, until, 1, now)
        since = newest[0].timestamp if newest else BEGINNING
        backdated = await self.store.fetch_backdated(self.user_id, since)
        typed = [entry for entry in (*newest, *backdated) if entry.typed_at < until]
        if not typed:
            raise UsageError("There is no last entry: nothing is logged yet.")
        return max(typed, key=lambda entry: entry.typed_at)


async def named_entry(store: LogStore, user_id: str, wanted: str) -> Entry:
    """The entry whose id begins so. Raises UsageError where there is not exactly one."""
    name = wanted.lower().replace("-", "")
    if len(name) < MIN_ID_LENGTH or name.strip("0123456789abcdef"):
        raise UsageError(
            f"{wanted!r} is not the id of an entry. Use `last`, or an id that"
            " `companion entries --ids` shows."
        )
    found = [
        entry
        async for entry in store.read_logs(user_id, BEGINNING, END)
        if entry.log_id.hex.startswith(name)
    ]
    if len(found) > 1:
        ids = ", ".join(str(entry.log_id) for entry in found[:3])
        raise UsageError(f"{len(found)} entries begin with {wanted}: {ids}. Type more of the id.")
    if not found:
        raise UsageError(f"No entry begins with {wanted}. `companion entries --ids` shows the ids.")
    return found[0]


def _check_owner(entry: Entry, action: str) -> None:
    # Reading back the direct message would undo the change.
    if entry.is_slack_message:
        raise OwnedBySlackError(action)


def _changed_meanwhile() -> CompanionError:
    return CompanionError("The entry was changed or deleted meanwhile. Look at it again.")
