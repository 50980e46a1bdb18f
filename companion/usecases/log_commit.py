"""Logs a commit for the git hook: its subject becomes an entry."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from companion.domain.entry import Entry, check_text
from companion.ports import Commits, LogStore


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCommit:
    """`companion hook record`."""

    store: LogStore
    commits: Commits

    async def __call__(
        self, user_id: str, folder: Path, commit: str, zone: ZoneInfo
    ) -> Entry | None:
        """The stored entry; None for what is not new work of the person's. It has the commit's
        identity, so that the same commit from git is not shown beside it. Raises StoreError."""
        work = await self.commits.look_up(user_id, folder, commit)
        if work is None:
            return None
        entry = Entry(
            user_id=user_id,
            timestamp=work.timestamp,
            text=check_text(work.text),
            log_id=work.log_id,
            source=work.source,
            tz=zone.key,
        )
        await self.store.write_log(entry)
        return entry
