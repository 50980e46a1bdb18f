"""Whether this machine's clock agrees with Slack's."""

from datetime import timedelta

from companion.entrypoints.doctor.check import Check, Context, Result, Verdict
from companion.errors import MessengerError
from companion.texts import doctor as texts

MAX_OFFSET = timedelta(seconds=60)
MAX_SIGNATURE_AGE = timedelta(seconds=300)
"""https://docs.slack.dev/authentication/verifying-requests-from-slack"""


async def check_clock(context: Context) -> Result:
    try:
        slack_time = await context.slack().time()
    except MessengerError as error:
        url = context.settings.slack_api_url
        if error.cause:
            return Verdict.FAILED, str(error)
        return Verdict.FAILED, texts.CLOCK_UNKNOWN.format(url=url, code=error.code)
    offset = context.clock.now() - slack_time
    said = {
        "seconds": abs(offset).total_seconds(),
        "direction": texts.AHEAD if offset > timedelta() else texts.BEHIND,
    }
    if abs(offset) > MAX_SIGNATURE_AGE:
        return Verdict.FAILED, texts.CLOCK_WRONG.format(**said)
    if abs(offset) > MAX_OFFSET:
        return Verdict.WARNING, texts.CLOCK_OFF.format(**said)
    return Verdict.OK, texts.CLOCK_FINE


CLOCK = Check("clock", check_clock)
