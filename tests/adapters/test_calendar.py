"""A calendar as people have it: which meetings one is busy with, and what a broken one says."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from companion.adapters import calendar as adapter
from companion.adapters.calendar import IcsCalendar
from companion.domain.meetings import Meeting
from companion.errors import CalendarError
from tests.fakes import FakeClock

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # 13:00 in Berlin

ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def ics(*events: str, head: str = "") -> str:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}@example.com\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n{head}{ZONE}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n")


AT_ONE = "DTSTART;TZID=Europe/Berlin:20261120T130000\nDTEND;TZID=Europe/Berlin:20261120T143000"
ALL_DAY = "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261121"
WEEKLY = (
    "DTSTART;TZID=Europe/Berlin:20260904T130000\nDTEND;TZID=Europe/Berlin:20260904T140000\n"
    "RRULE:FREQ=WEEKLY;BYDAY=FR"
)
ADA = "ATTENDEE;PARTSTAT={}:mailto:Ada@example.com"
BO = "ATTENDEE;PARTSTAT={}:mailto:bo@example.com"
OWNED = "X-WR-CALNAME:ada@example.com\n"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(FRIDAY)


@pytest.fixture
def read(tmp_path: Path, clock: FakeClock) -> Callable[..., Awaitable[list[str]]]:
    """The meetings of a file on Friday, on Berlin's clock."""

    async def meetings(text: str, now: datetime = FRIDAY) -> list[str]:
        file = tmp_path / "calendar.ics"
        file.write_text(text, encoding="utf-8", newline="")
        found = await IcsCalendar(str(file), clock).meetings(now, BERLIN)
        day = now.astimezone(BERLIN).date()
        return [
            f"{one.since.astimezone(BERLIN):%H:%M}-{one.until.astimezone(BERLIN):%H:%M}"
            + (" away" if one.is_away else "")
            for one in found
            if one.since.astimezone(BERLIN).date() == day
        ]

    return meetings


@pytest.mark.parametrize(
    ("event", "meetings"),
    [
        (AT_ONE, ["13:00-14:30"]),
        ("DTSTART:20261120T120000Z\nDURATION:PT1H30M", ["13:00-14:30"]),
        ("DTSTART:20261120T130000\nDTEND:20261120T143000", ["13:00-14:30"]),  # wherever one is
        (f"{AT_ONE}\nSTATUS:TENTATIVE", ["13:00-14:30"]),
        (f"{AT_ONE}\nSTATUS:CANCELLED", []),
        (f"{AT_ONE}\nTRANSP:TRANSPARENT", []),
        (f"{AT_ONE}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE", []),
        ("DTSTART:20261120T120000Z", []),  # a reminder has no length
        (ALL_DAY, []),
        (f"{ALL_DAY}\nSUMMARY:Bo's birthday", []),
        (f"{ALL_DAY}\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", ["00:00-00:00 away"]),
        (f"{ALL_DAY}\nSUMMARY:OOO - back on Monday", ["00:00-00:00 away"]),
        (f"{ALL_DAY}\nSUMMARY:On vacation\nTRANSP:TRANSPARENT", []),
        (WEEKLY, ["13:00-14:00"]),  # and not at 12:00, which it would be by September's offset
        (f"{WEEKLY}\nEXDATE;TZID=Europe/Berlin:20261120T130000", []),
        (f"{WEEKLY};UNTIL=20261101T000000Z", []),
        ("DTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY", []),
        ("DTSTART:19700101T000000Z\nDURATION:PT1M\nRRULE:FREQ=MINUTELY", []),
        (f"{AT_ONE}\nRRULE:nonsense", ["13:00-14:30"]),
        (f"{AT_ONE}\n{ADA.format('DECLINED')}\n{BO.format('ACCEPTED')}", []),
        (f"{AT_ONE}\n{ADA.format('ACCEPTED')}\n{BO.format('DECLINED')}", ["13:00-14:30"]),
        (f"{AT_ONE}\n{ADA.format('DECLINED')}", []),
    ],
)
async def test_one_is_busy_with_what_takes_time_and_was_not_declined(
    read: Callable[..., Awaitable[list[str]]], event: str, meetings: list[str]
) -> None:
    assert await read(ics(event, head=OWNED)) == meetings


async def test_a_meeting_that_was_moved_once_is_where_it_was_moved_to(
    read: Callable[..., Awaitable[list[str]]],
) -> None:
    moved = (
        "BEGIN:VEVENT\nUID:0@example.com\nDTSTAMP:20260101T000000Z\n"
        "RECURRENCE-ID;TZID=Europe/Berlin:20261120T130000\n"
        "DTSTART;TZID=Europe/Berlin:20261120T160000\nDTEND;TZID=Europe/Berlin:20261120T170000\n"
        "END:VEVENT\n"
    ).replace("\n", "\r\n")
    text = ics(WEEKLY).replace("END:VCALENDAR", f"{moved}END:VCALENDAR")
    assert await read(text) == ["16:00-17:00"]


async def test_one_broken_event_hides_no_other(
    read: Callable[..., Awaitable[list[str]]],
) -> None:
    assert await read(ics("DTSTART:nonsense\nDTEND:20261120T143000Z", AT_ONE)) == ["13:00-14:30"]


async def test_every_calendar_of_a_file_is_read_each_with_its_own_owner(
    read: Callable[..., Awaitable[list[str]]],
) -> None:
    declined = f"{AT_ONE}\n{ADA.format('DECLINED')}\n{BO.format('ACCEPTED')}"
    hers = ics("DTSTART:20261120T150000Z\nDTEND:20261120T160000Z", declined, head=OWNED)
    his = ics("DTSTART:20261120T080000Z\nDTEND:20261120T090000Z", declined)
    assert await read(hers + his) == ["09:00-10:00", "13:00-14:30", "16:00-17:00"]


async def test_a_file_whose_last_calendar_has_no_end_is_refused(
    read: Callable[..., Awaitable[list[str]]],
) -> None:
    whole = ics(AT_ONE)
    with pytest.raises(CalendarError, match="only the beginning"):
        await read(whole + whole.removesuffix("END:VCALENDAR\r\n"))


@pytest.mark.parametrize("text", ["", "<html>Sign in</html>", "BEGIN:VCALENDAR\r\n", "\0\xff"])
async def test_what_is_not_a_calendar_says_so(
    read: Callable[..., Awaitable[list[str]]], text: str
) -> None:
    with pytest.raises(CalendarError, match=r"COMPANION_CALENDAR\) is not a calendar"):
        await read(text)


async def test_what_takes_too_long_is_given_up_and_no_second_reader_begins(
    clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, began = threading.Event(), list[threading.Thread]()

    def slow(*_: object) -> list[Meeting]:
        began.append(threading.current_thread())
        held.wait(60)
        return []

    file = tmp_path / "calendar.ics"
    file.write_text(ics(AT_ONE), encoding="utf-8", newline="")
    calendar = IcsCalendar(str(file), clock)
    assert len(await calendar.meetings(FRIDAY, BERLIN)) == 1
    monkeypatch.setattr(adapter, "_meetings", slow)
    monkeypatch.setattr(adapter, "PARSING_TIMEOUT_S", 0.1)
    for _ in range(3):
        with pytest.raises(CalendarError, match="too long to be read in time"):
            await calendar.meetings(FRIDAY, BERLIN)
    [reader] = began
    assert reader.daemon  # a program that ends does not wait for it
    held.set()
    await asyncio.to_thread(reader.join, 60)
    monkeypatch.undo()
    assert len(await calendar.meetings(FRIDAY, BERLIN)) == 1


async def test_a_file_that_is_missing_says_so(clock: FakeClock, tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="cannot be read: No such file"):
        await IcsCalendar(str(tmp_path / "gone.ics"), clock).meetings(FRIDAY, BERLIN)


@asynccontextmanager
async def served(
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_an_address_is_asked_again_after_minutes_and_only_for_what_is_new(
    clock: FakeClock,
) -> None:
    asked: list[str | None] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1]:
            return web.Response(status=304)
        return web.Response(text=ics(AT_ONE), headers={"ETag": '"1"'})

    async with served(answer) as url:
        calendar = IcsCalendar(f"{url}/secret/basic.ics", clock)
        for minutes in (0, 4, 4):
            clock.advance(timedelta(minutes=minutes))
            assert len(await calendar.meetings(FRIDAY, BERLIN)) == 1
    assert asked == [None, '"1"']


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_a_refusal_names_its_status_and_not_the_address(
    clock: FakeClock, status: int
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    async with served(answer) as url:
        with pytest.raises(CalendarError, match=f"answers {status}") as caught:
            await IcsCalendar(f"{url}/hunter2.ics", clock).meetings(FRIDAY, BERLIN)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("redirects", [adapter.MAX_REDIRECTS - 1, adapter.MAX_REDIRECTS])
async def test_a_calendar_that_moved_is_followed_only_so_far(
    clock: FakeClock, redirects: int
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        step = int(request.path.strip("/"))
        if step < redirects:
            raise web.HTTPFound(f"/{step + 1}")
        return web.Response(text=ics(AT_ONE))

    async with served(answer) as url:
        calendar = IcsCalendar(f"{url}/0", clock)
        if redirects < adapter.MAX_REDIRECTS:
            assert len(await calendar.meetings(FRIDAY, BERLIN)) == 1
        else:
            with pytest.raises(CalendarError, match=r"cannot be reached \(TooManyRedirects\)"):
                await calendar.meetings(FRIDAY, BERLIN)


async def test_one_that_hangs_or_never_ends_is_given_up(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "TIMEOUT_S", 0.2)
    monkeypatch.setattr(adapter, "MAX_SIZE", 100_000)
    forever = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await forever.wait()
        return web.Response()

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    async with served(hang) as url:
        with pytest.raises(CalendarError, match="cannot be reached"):
            await IcsCalendar(url, clock).meetings(FRIDAY, BERLIN)
        forever.set()
    monkeypatch.setattr(adapter, "TIMEOUT_S", 20)
    async with served(flood) as url:
        with pytest.raises(CalendarError, match="is longer than"):
            await IcsCalendar(url, clock).meetings(FRIDAY, BERLIN)


async def test_a_webcal_address_is_asked_over_https(clock: FakeClock) -> None:
    with pytest.raises(CalendarError, match="cannot be reached"):
        await IcsCalendar("webcal://127.0.0.1:1/x.ics", clock).meetings(FRIDAY, BERLIN)
