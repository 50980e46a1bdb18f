"""What `companion edit` and `companion delete` share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.domain.entry import Entry
    from companion.settings import PersonSettings
    from companion.usecases.edit_delete import EntryEditor


@asynccontextmanager
async def correcting(settings: "PersonSettings") -> "AsyncIterator[EntryEditor]":
    from companion.bootstrap import SystemClock, open_existing
    from companion.usecases.edit_delete import EntryEditor

    async with open_existing(settings) as store:
        yield EntryEditor(user_id=settings.user_id, store=store, clock=SystemClock())


def show_change(message: str, entry: "Entry", settings: "PersonSettings") -> None:
    from companion.bootstrap import terminal_zone
    from companion.domain.day_names import day_name
    from companion.entrypoints.terminal import show

    local = entry.local_time(terminal_zone(settings))
    shown = entry.text.replace("\n", "\n  ")
    show(message.format(moment=f"{day_name(local.date())} {local:%H:%M}", text=shown))
