"""One limit for a text at every way in; each says so, and nothing is cut or stored."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import create_autospec
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from companion.adapters.sqlite import SqliteLogStore
from companion.domain.calendar import BEGINNING, END
from companion.domain.entry import MAX_TEXT_BYTES
from companion.errors import TextTooLongError
from companion.ports import Said
from companion.usecases.capture import CaptureCommand, Command, Logged, Refusal
from companion.usecases.capture_message import Captured, CaptureMessage
from companion.usecases.capture_typed import CaptureTyped
from companion.usecases.names import Names
from companion.usecases.zones import Zones
from tests.fakes import FakeClock

BERLIN = ZoneInfo("Europe/Berlin")
CLOCK = FakeClock(datetime(2026, 11, 20, 12, tzinfo=UTC))
FITS = "ä" * (MAX_TEXT_BYTES // 2)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteLogStore]:
    async with SqliteLogStore.open(tmp_path / "memory.db") as store:
        yield store


async def texts(store: SqliteLogStore) -> list[str]:
    return [entry.text for entry in await store.fetch_logs("U1", BEGINNING, END)]


async def test_a_command(store: SqliteLogStore) -> None:
    capture = CaptureCommand(store=store, clock=CLOCK)
    assert await capture(Command(user_id="U1", text=FITS + "x", trigger_id="1")) is Refusal.TOO_LONG
    assert await texts(store) == []
    stored = await capture(Command(user_id="U1", text=FITS, trigger_id="2"))
    assert isinstance(stored, Logged)
    assert await texts(store) == [FITS]


async def test_a_message_is_not_stored_and_so_not_confirmed(store: SqliteLogStore) -> None:
    zones = create_autospec(Zones, instance=True, known="Europe/Berlin")
    names = create_autospec(Names, instance=True)
    capture = CaptureMessage(user_id="U1", store=store, jobs=store, zones=zones, names=names)
    said = Said(channel="D1", ts="1795179000.000100", text=FITS + "x")
    assert await capture(said) is Captured.TOO_LONG
    assert await texts(store) == []
    assert await capture(replace(said, text=FITS)) is Captured.STORED


async def test_what_is_typed(store: SqliteLogStore) -> None:
    capture = CaptureTyped(store=store, clock=CLOCK)
    with pytest.raises(TextTooLongError, match="301 KB, and an entry holds 300 KB"):
        await capture("U1", FITS + "x", UUID(int=1), BERLIN)
    assert await texts(store) == []
    await capture("U1", FITS, UUID(int=1), BERLIN)
    assert await texts(store) == [FITS]
