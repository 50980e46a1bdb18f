"""A person's calendar: an .ics file, or the address of one.

https://www.rfc-editor.org/rfc/rfc5545; the busy status is Outlook's own:
https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxcical
"""

import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import aiohttp

from companion.domain.calendar import DAY, moment_at
from companion.domain.meetings import Meeting
from companion.domain.presence import means_away
from companion.errors import CalendarError
from companion.ports import Clock

if TYPE_CHECKING:
    from icalendar import Calendar as Parsed

TIMEOUT_S = 10.0
PARSING_TIMEOUT_S = 20.0
MAX_SIZE = 10 * 1024**2
"""In bytes: some thousands of meetings."""
MAX_REDIRECTS = 5
MAX_AGE = timedelta(minutes=5)
"""So long a calendar is not asked for again."""
_BEGINS = re.compile(rb"^BEGIN:VCALENDAR\s*$", re.IGNORECASE | re.MULTILINE)
TOO_FINE = frozenset({"SECONDLY", "MINUTELY"})
"""No meeting comes again so often, and to count the millions of times takes minutes."""
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+")


@dataclass(slots=True)
class _Kept:
    """What was read last, and how the server recognizes it."""

    read_at: datetime
    parsed: "list[Parsed]"
    etag: str = ""
    changed: str = ""


class IcsCalendar:
    """Calendar, see ports.py."""

    def __init__(self, address: str, clock: Clock) -> None:
        self._address, self._clock = re.sub(r"^webcals?://", "https://", address), clock
        self._kept: _Kept | None = None
        self._overdue: threading.Thread | None = None

    async def meetings(self, now: datetime, zone: ZoneInfo) -> list[Meeting]:
        parsed = await self._parsed()
        address = unquote(self._address)

        def found() -> list[Meeting]:
            meetings = [
                meeting
                for one in parsed
                for meeting in _meetings(one, now, zone, _owners(one, address))
            ]
            return sorted(meetings, key=lambda meeting: meeting.since)

        try:
            return await self._work(found)
        except CalendarError:
            raise
        except Exception as error:  # whatever a broken calendar makes of its reader
            raise CalendarError(f"cannot be read ({type(error).__name__})") from None

    async def _parsed(self) -> "list[Parsed]":
        kept, now = self._kept, self._clock.now()
        if kept and timedelta() <= now - kept.read_at < MAX_AGE:
            return kept.parsed
        if self._address.startswith(("http://", "https://")):
            self._kept = await self._fetch(kept, now)
        else:
            self._kept = _Kept(now, await self._parse(await asyncio.to_thread(self._read)))
        return self._kept.parsed

    def _read(self) -> bytes:
        try:
            with Path(self._address).expanduser().open("rb") as file:
                content = file.read(MAX_SIZE + 1)
        except OSError as error:
            raise CalendarError(f"cannot be read: {error.strerror}") from None
        return _checked(content)

    async def _fetch(self, kept: _Kept | None, now: datetime) -> _Kept:
        headers = {}
        if kept and kept.etag:
            headers["If-None-Match"] = kept.etag
        if kept and kept.changed:
            headers["If-Modified-Since"] = kept.changed
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), trust_env=True
                ) as session,
                session.get(self._address, headers=headers, max_redirects=MAX_REDIRECTS) as answer,
            ):
                if kept and answer.status == 304:
                    kept.read_at = now
                    return kept
                if answer.status != 200:
                    raise CalendarError(f"answers {answer.status}: check its address")
                content = await _body(answer)
                etag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Not the error's own text: it has the address, which often has a secret in it.
            raise CalendarError(f"cannot be reached ({type(error).__name__})") from None
        return _Kept(now, await self._parse(content), etag or "", changed or "")

    async def _parse(self, content: bytes) -> "list[Parsed]":
        """Every calendar in it: a file may have several, see section 3.4 of the RFC."""
        from icalendar import Calendar as Parsed

        try:
            found = await self._work(lambda: Parsed.from_ical(content, multiple=True))
        except CalendarError:
            raise
        except Exception as error:  # icalendar raises many kinds for what is not a calendar
            raise CalendarError(f"is not a calendar ({type(error).__name__})") from None
        parsed = [one for one in found if isinstance(one, Parsed)]
        # icalendar leaves out one that has no end: its meetings would be missing without a word.
        if not parsed or len(parsed) < len(_BEGINS.findall(content)):
            raise CalendarError("is not a calendar, or only the beginning of one")
        for one in parsed:
            one.subcomponents = [each for each in one.subcomponents if not _is_too_fine(each)]
        return parsed

    async def _work[T](self, work: Callable[[], T]) -> T:
        """Do it in a thread, for so long. Nothing can end a thread: the program does not wait for
        one when it ends, and none begins while another is overdue."""
        if self._overdue is not None and self._overdue.is_alive():
            raise CalendarError("is too long to be read in time")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        thread = threading.Thread(target=_settle, args=(work, done, loop), daemon=True)
        thread.start()
        try:
            async with asyncio.timeout(PARSING_TIMEOUT_S):
                return await done
        except TimeoutError:
            self._overdue = thread
            raise CalendarError("is too long to be read in time") from None


def _settle[T](
    work: Callable[[], T], done: asyncio.Future[T], loop: asyncio.AbstractEventLoop
) -> None:
    """Do the work, and say what came of it if anybody still waits."""

    def unless_given_up(say: Callable[..., None], what: object) -> None:
        if not done.done():
            say(what)

    told: tuple[Callable[..., None], object]
    try:
        told = done.set_result, work()
    except Exception as error:  # raised again where it is awaited
        told = done.set_exception, error
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(unless_given_up, *told)


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MAX_SIZE:
            break
    return _checked(bytes(content))


def _checked(content: bytes) -> bytes:
    if len(content) > MAX_SIZE:
        raise CalendarError(f"is longer than {MAX_SIZE // 1024**2} MB")
    return content


def _owners(parsed: "Parsed", address: str) -> set[str]:
    """Whose calendar it is, by its address and its name."""
    named = f"{address} {parsed.get('X-WR-CALNAME', '')}"
    return {mail.lower() for mail in _MAIL.findall(named)}


def _meetings(
    parsed: "Parsed", now: datetime, zone: ZoneInfo, owners: set[str]
) -> Iterator[Meeting]:
    """Those around `now`."""
    import recurring_ical_events

    around = recurring_ical_events.of(parsed, skip_bad_series=True)
    for event in around.between(now - DAY, now + DAY):
        if meeting := _meeting(event, zone, owners):
            yield meeting


def _meeting(event: Any, zone: ZoneInfo, owners: set[str]) -> Meeting | None:
    """None for an event that nobody is busy with."""
    busy = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
    if (
        str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or busy == "FREE"
        or _is_declined(event, owners)
    ):
        return None
    start, end = event.start, event.end
    if isinstance(start, datetime):
        since, until = _moment(start, zone), _moment(end, zone)
        return Meeting(since, until) if since < until else None
    # A birthday is not a meeting: an event of a whole day counts only if the person is away.
    if busy == "OOF" or means_away(str(event.get("SUMMARY", ""))):
        return Meeting(_midnight(start, zone), _midnight(end, zone), is_away=True)
    return None


def _is_too_fine(component: Any) -> bool:
    rules = component.get("RRULE", [])
    return any(
        str(frequency).upper() in TOO_FINE
        for rule in (rules if isinstance(rules, list) else [rules])
        if isinstance(rule, Mapping)  # not one that cannot be read
        for frequency in rule.get("FREQ", [])
    )


def _moment(moment: Any, zone: ZoneInfo) -> datetime:
    """In UTC. One without a zone is wherever the person is."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    utc: datetime = aware.astimezone(UTC)
    return utc


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return moment_at(day, datetime.min.time(), zone)


def _is_declined(event: Any, owners: set[str]) -> bool:
    """Whether the person said no: the one whose calendar it is, or the only one invited."""
    asked = event.get("ATTENDEE", [])
    attendees = asked if isinstance(asked, list) else [asked]
    if len(attendees) > 1:
        attendees = [one for one in attendees if str(one).lower().removeprefix("mailto:") in owners]
    return bool(attendees) and all(
        str(one.params.get("PARTSTAT", "")).upper() == "DECLINED" for one in attendees
    )
