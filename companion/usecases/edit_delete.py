"""Corrections from the terminal, of what has no message in Slack that could be corrected there."""

from dataclasses import dataclass, replace

from companion.domain.entry import Entry, message_ts, next_revision
from companion.errors import CompanionError, OwnedBySlackError, UsageError
from companion.ports import Clock, LogStore
from companion.usecases.archive import BEGINNING, END
from companion.usecases.newest import newest_entries

LAST = "last"
SHORT = 8
"""So many characters of an id are shown; among a person's entries they are as good as unique."""
LEAST = 4


def short_id(entry: Entry) -> str:
    """Enough of an entry's id to name it by."""
    return str(entry.log_id)[:SHORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEditor:
    """`companion edit` and `companion delete`. Each takes an id, its beginning, or `last`."""

    user_id: str
    store: LogStore
    clock: Clock

    async def edit(self, wanted: str, text: str) -> Entry:
        """Put another text in the place of an entry's; the entry as it is now."""
        entry = await self.find(wanted, "edit")
        # Later than the text that is there, whatever that one's revision was made of.
        revision = max(message_ts(self.clock.now()), next_revision(entry.revision))
        edited = replace(entry, text=text, revision=revision)
        if not await self.store.write_log(edited):
            raise _changed_meanwhile()
        return edited

    async def delete(self, wanted: str) -> Entry:
        """Remove an entry for good; what it was."""
        entry = await self.find(wanted, "delete")
        if not await self.store.delete_log(self.user_id, entry.timestamp, entry.log_id):
            raise _changed_meanwhile()
        return entry

    async def find(self, wanted: str, what: str) -> Entry:
        """The entry; `what` is to be done with it. Raises OwnedBySlackError, UsageError."""
        entry = await (self._last() if wanted == LAST else self._named(wanted))
        # What is read back from the direct message goes before what is typed here.
        if entry.is_slack_message:
            raise OwnedBySlackError(what)
        return entry

    async def _last(self) -> Entry:
        now = self.clock.now()
        for last in await newest_entries(self.store, self.user_id, BEGINNING, END, 1, now):
            return last
        raise UsageError("Nothing is written down yet; there is no last entry.")

    async def _named(self, wanted: str) -> Entry:
        name = wanted.lower().replace("-", "")
        if len(name) < LEAST or name.strip("0123456789abcdef"):
            raise UsageError(
                f"{wanted!r} is no id of an entry: `companion entries --ids` shows them; or `last`."
            )
        found = [
            entry
            async for entry in self.store.read_logs(self.user_id, BEGINNING, END)
            if entry.log_id.hex.startswith(name)
        ]
        if len(found) > 1:
            ids = ", ".join(str(entry.log_id) for entry in found[:3])
            raise UsageError(f"{len(found)} entries begin with {wanted}: {ids}. Give more of it.")
        if not found:
            raise UsageError(f"No entry begins with {wanted}: `companion entries --ids` shows ids.")
        return found[0]


def _changed_meanwhile() -> CompanionError:
    return CompanionError("The entry cannot be changed, or was just changed; look at it again.")
