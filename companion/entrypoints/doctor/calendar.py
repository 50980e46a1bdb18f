"""Whether the calendar can be read, where there is one."""

from companion.bootstrap import calendar, terminal_zone
from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import CalendarError
from companion.texts import doctor as texts


async def check_calendar(context: Context) -> Result:
    found = calendar(context.settings, context.clock)
    if found is None:
        return Verdict.SKIPPED, texts.NO_CALENDAR
    try:
        await found.meetings(context.clock.now(), terminal_zone(context.settings))
    except CalendarError as error:
        return Verdict.FAILED, texts.CALENDAR_BROKEN.format(error=error)
    return Verdict.OK, texts.CALENDAR_FINE


CALENDAR = Check("calendar", check_calendar)
