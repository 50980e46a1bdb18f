"""A command over a socket is not signed: delivered again, it is found by what it must have been."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from companion.domain.calendar import BEGINNING, END
from companion.usecases.capture import CaptureCommand, Command, Logged
from tests.fakes import FakeClock
from tests.memory_store import MemoryLogStore

MINUTE = timedelta(minutes=1)
BEFORE_MIDNIGHT = datetime(2026, 11, 20, 22, 59, 30, tzinfo=UTC)


class ByKeyAlone(MemoryLogStore):
    """Like a table, it finds an entry again by its key and not by its identity."""

    async def write_log(self, entry: object) -> bool:
        raise AssertionError("a second delivery would be a second entry")


@pytest.mark.parametrize("text", ["now", "@-45m x", "@yesterday 16:00 x", "@mon x", "@fri x"])
async def test_a_second_delivery_is_the_same_entry_also_after_midnight(text: str) -> None:
    clock, store = FakeClock(BEFORE_MIDNIGHT), MemoryLogStore()
    berlin = ZoneInfo("Europe/Berlin")
    command = Command(user_id="U1", text=text, trigger_id="1.2.3")

    first = await CaptureCommand(store=store, clock=clock, zone_of=lambda _: berlin)(command)
    assert isinstance(first, Logged)

    clock.advance(MINUTE)
    again = ByKeyAlone()
    again._users = store._users
    second = await CaptureCommand(store=again, clock=clock, zone_of=lambda _: berlin)(command)
    assert isinstance(second, Logged)
    assert second.entry == first.entry
    assert await store.fetch_logs("U1", BEGINNING, END) == [first.entry]
