"""Entries as resources: a day (`companion://day/2026-11-24`), and one entry by its id."""

from datetime import date

from mcp_types import Resource, ResourceTemplate

from companion.domain.calendar import DAY, days_window
from companion.entrypoints.mcp.desk import Desk
from companion.entrypoints.mcp.paging import MAX_ENTRIES, page_of
from companion.entrypoints.mcp.results import DAY_URI, ENTRY_URI, entries_text, entry_result
from companion.errors import UsageError
from companion.texts import agents as texts
from companion.usecases.edit_delete import named_entry

MIME_TYPE = "text/plain"
LISTED_DAYS = 7

TEMPLATES = [
    ResourceTemplate(
        uri_template=f"{DAY_URI}{{day}}",
        name="day",
        title="A day's entries",
        description="The entries of a day, like companion://day/2026-11-24, oldest first.",
        mime_type=MIME_TYPE,
    ),
    ResourceTemplate(
        uri_template=f"{ENTRY_URI}{{id}}",
        name="entry",
        title="One entry",
        description="The whole text of one entry, by its id.",
        mime_type=MIME_TYPE,
    ),
]


def listed(desk: Desk) -> list[Resource]:
    """Today and the days before."""
    today = desk.moments.today
    return [
        Resource(
            uri=f"{DAY_URI}{day.isoformat()}",
            name=day.isoformat(),
            title=f"Entries of {day:%A} {day.isoformat()}",
            mime_type=MIME_TYPE,
        )
        for day in (today - number * DAY for number in range(LISTED_DAYS))
    ]


async def read(desk: Desk, uri: str) -> str:
    """What the resource has, as data. UsageError where there is none."""
    if uri.startswith(ENTRY_URI):
        entry = await named_entry(desk.store, desk.user_id, uri.removeprefix(ENTRY_URI))
        return entries_text([entry_result(entry, desk, whole=True)])
    if not uri.startswith(DAY_URI):
        raise UsageError(texts.NO_SUCH_RESOURCE)
    try:
        day = date.fromisoformat(uri.removeprefix(DAY_URI))
    except ValueError:
        raise UsageError(texts.NO_SUCH_RESOURCE) from None
    window = days_window(day, day, desk.zone, desk.day_start)
    entries = desk.store.read_logs(desk.user_id, window.since, window.until)
    return (await page_of(entries, MAX_ENTRIES, desk)).text
