"""Moves what was stored without a Slack ID to the person's Slack ID, once there is one."""

from dataclasses import dataclass, replace

from companion.domain.calendar import BEGINNING, END
from companion.domain.person import LOCAL_USER
from companion.ports import Clock, Store
from companion.usecases.archive import Advance, Copy, ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """How many entries were moved. `new` of them were not stored under the Slack ID before;
    `left` stay where they are, because the target does not take them."""

    entries: int
    new: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopt:
    """Entries keep their timestamps, identities, zones and texts; tombstones, the last change
    and preferences move too. Nothing is removed before all of it is there, so that it can be
    repeated."""

    local: Store
    target: Store
    clock: Clock

    async def __call__(self, user_id: str, advance: Advance = ignore) -> Adopted:
        """Move everything. Raises StoreError."""
        copy = Copy(source=self.local, target=self.target, source_id=LOCAL_USER)
        copied = await copy(user_id, advance)
        if copied.missing:
            return Adopted(
                entries=copied.entries - copied.missing, new=copied.written, left=copied.missing
            )
        await self._move_last_change(user_id)
        await self._move_preferences(user_id)
        await self.local.erase_user(LOCAL_USER)
        return Adopted(entries=copied.entries, new=copied.written, left=0)

    async def _move_last_change(self, user_id: str) -> None:
        now = self.clock.now()
        change = await self.local.fetch_change(LOCAL_USER, now)
        if change is None or await self.target.fetch_change(user_id, now):
            return
        former = change.former and replace(change.former, user_id=user_id)
        await self.target.save_change(replace(change, user_id=user_id, former=former))

    async def _move_preferences(self, user_id: str) -> None:
        known = await self.target.fetch_preferences(user_id)
        for name, text in (await self.local.fetch_preferences(LOCAL_USER)).items():
            if name not in known:
                await self.target.save_preference(user_id, name, text)


async def count_local(store: Store) -> int:
    """How many entries are stored without a Slack ID."""
    return sum([1 async for _ in store.read_logs(LOCAL_USER, BEGINNING, END)])
